import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import { type ReactNode, useEffect } from 'react';
import { shortened } from '../language/shortened.ts';
import { useConfig } from './me.ts';
import { useFollow } from './useFollow.ts';

type PageProps = {
  /** Cut if there is no room for all of it. */
  title: string;
  /** One line under the title. */
  description?: ReactNode;
  /** The pages above this one, for the breadcrumbs. */
  above?: { text: string; href: string }[];
  actions?: ReactNode;
  children: ReactNode;
};

/** The frame of a page: its title (also the document's), breadcrumbs, actions and content. */
export function Page({ title: whole, description, above = [], actions, children }: PageProps) {
  const title = shortened(whole);
  const follow = useFollow();
  const { brandName } = useConfig();
  useEffect(() => {
    document.title = `${title} · ${brandName}`;
  }, [title, brandName]);
  return (
    <ContentLayout
      defaultPadding
      headerVariant="default"
      {...(above.length > 0 && {
        breadcrumbs: <BreadcrumbGroup items={[...above, { text: title, href: '#' }]} onFollow={follow} />,
      })}
      header={
        <Header variant="h1" description={description} actions={actions}>
          {title}
        </Header>
      }
    >
      {children}
    </ContentLayout>
  );
}
