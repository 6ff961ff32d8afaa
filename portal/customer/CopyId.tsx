import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import { useTranslation } from 'react-i18next';

/** An id with a button that copies it. */
export function CopyId({ id }: { id: string }) {
  const { t } = useTranslation();
  return (
    <CopyToClipboard
      variant="inline"
      textToCopy={id}
      copyButtonAriaLabel={t('customer.copyId.named', { id })}
      copySuccessText={t('customer.copyId.copied')}
      copyErrorText={t('customer.copyId.notCopied')}
    />
  );
}
