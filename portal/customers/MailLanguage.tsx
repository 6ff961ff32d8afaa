import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { useTranslation } from 'react-i18next';
import { LANGUAGES } from '../../shared/contract/vocabulary.ts';
import { LANGUAGE_NAMES, type Language } from '../language/language.ts';

/** The choice of the language of the mails to customers for which a file names no language. */
export function MailLanguage({ language, choose }: { language: Language; choose: (language: Language) => void }) {
  const { t } = useTranslation();
  return (
    <FormField label={t('addCustomers.file.mailLanguage')} description={t('addCustomers.file.mailLanguageText')}>
      <Select
        selectedOption={{ value: language, label: LANGUAGE_NAMES[language] }}
        options={LANGUAGES.map((each) => ({ value: each, label: LANGUAGE_NAMES[each] }))}
        onChange={({ detail }) => choose(detail.selectedOption.value as Language)}
      />
    </FormField>
  );
}
