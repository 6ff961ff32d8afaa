import Button from '@cloudscape-design/components/button';
import { useTranslation } from 'react-i18next';
import { Alone } from './Alone.tsx';
import { useOnline } from './useOnline.ts';

/** Replaces all pages if the deployment's `/config.json` couldn't be read, or if the browser keeps no data of this site. */
export function NotStarted({ why }: { why: 'notConfigured' | 'dataBlocked' }) {
  const { t } = useTranslation();
  useOnline(() => {
    if (why === 'notConfigured') location.reload();
  });
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
