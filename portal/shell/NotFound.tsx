import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { Page } from './Page.tsx';
import { useFollow } from './useFollow.ts';

export function NotFound() {
  const { t } = useTranslation();
  const follow = useFollow();
  return (
    <Page title={t('notFound.title')}>
      <SpaceBetween size="m">
        <Box>{t('notFound.text')}</Box>
        <Link href="/" onFollow={follow}>
          {t('notFound.back')}
        </Link>
      </SpaceBetween>
    </Page>
  );
}
