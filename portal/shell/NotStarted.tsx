import Button from '@cloudscape-design/components/button';
import { useTranslation } from 'react-i18next';
import { Alone } from './Alone.tsx';

/** Replaces all pages if the deployment's `/config.json` couldn't be read, or if the browser keeps no data of this site. */
export function NotStarted({ why }: { why: 'notConfigured' | 'dataBlocked' }) {
  const { t } = useTranslation();
  return (
    <Alone
      type="error"
      title={t('problem.title')}
      action={<Button onClick={() => location.reload()}>{t('problem.reload')}</Button>}
    >
      {t(`problem.${why}`)}
    </Alone>
  );
}
