import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { useTranslation } from 'react-i18next';
import { ENCODINGS } from '../../shared/import/encoding.ts';
import { sampleOf, type Table, type TableOptions } from '../../shared/import/spreadsheet.ts';

const ENCODING_NAMES: Record<(typeof ENCODINGS)[number], string> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
  'windows-1251': 'Windows-1251',
  'windows-1258': 'Windows-1258',
  'windows-1252': 'Windows-1252',
  ibm866: 'CP866 (DOS)',
  'koi8-r': 'KOI8-R',
  'x-mac-cyrillic': 'Mac Cyrillic',
};

type FileReadingProps = { table: Table; read: (options: TableOptions) => void };

/** How a file was read, which a person can change: the encoding of a text file, with a sample; the sheet of a workbook. */
export function FileReading({ table, read }: FileReadingProps) {
  const { t } = useTranslation();
  const { encoding, sheets } = table;
  if (sheets) {
    const options = sheets.names.map((name) => ({ value: name, label: name }));
    return (
      <FormField label={t('addCustomers.file.sheet')}>
        <Select
          selectedOption={options.find(({ value }) => value === sheets.read) ?? null}
          options={options}
          onChange={({ detail }) => read({ sheet: detail.selectedOption.value })}
        />
      </FormField>
    );
  }
  const options = ENCODINGS.map((name) => ({ value: name as string, label: ENCODING_NAMES[name] }));
  return (
    <FormField
      label={t('addCustomers.file.encoding')}
      description={t('addCustomers.file.sample', { text: sampleOf(table) })}
    >
      <Select
        selectedOption={options.find(({ value }) => value === encoding) ?? null}
        options={options}
        onChange={({ detail }) => read({ encoding: detail.selectedOption.value })}
      />
    </FormField>
  );
}
