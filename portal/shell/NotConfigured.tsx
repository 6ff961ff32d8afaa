import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { useTranslation } from 'react-i18next';

/** In the place of all pages, where they aren't told what deployment they belong to. */
export function NotConfigured() {
  const { t } = useTranslation();
  return (
    <Box padding="xxl">
      <Alert type="error" action={<Button onClick={() => location.reload()}>{t('problem.reload')}</Button>}>
        {t('problem.notConfigured')}
      </Alert>
    </Box>
  );
}
