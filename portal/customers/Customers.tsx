import { useTranslation } from 'react-i18next';
import { Page } from '../shell/Page.tsx';

export function Customers() {
  const { t } = useTranslation();
  return <Page title={t('navigation.customers')}>…</Page>;
}
