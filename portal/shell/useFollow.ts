import { useNavigate } from 'react-router';

type FollowEvent = { preventDefault: () => void; detail: { href?: string | undefined; external?: boolean } };

/** Follows a link of the design system (`onFollow`) without loading the page again. @param state the state of the new history entry */
export function useFollow(state?: object): (event: FollowEvent) => void {
  const navigate = useNavigate();
  return (event) => {
    const { href, external } = event.detail;
    if (external || !href?.startsWith('/') || href.startsWith('/invite/')) return;
    event.preventDefault();
    void navigate(href, { state });
  };
}
