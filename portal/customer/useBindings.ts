import { getAccess } from '../../shared/contract/contract.ts';
import { useReadOn, useReadPages } from '../api/useApi.ts';

/** The largest page: the portal needs all roles to know which actions to offer. */
const BINDINGS_AT_ONCE = '1000';

/** All roles on a customer. @param enabled `false`: don't read yet, or this person may not read them */
export function useBindings(customerId: string, enabled = true) {
  const read = useReadPages(getAccess, { path: { customerId }, query: { pageSize: BINDINGS_AT_ONCE } }, { enabled });
  useReadOn(read);
  const { pages, hasNextPage, error, refetch } = read;
  return {
    bindings: pages.flatMap((page) => page.accessBindings),
    isComplete: pages.length > 0 && !hasNextPage,
    error,
    retry: () => void refetch(),
  };
}
