import ColumnLayout from '@cloudscape-design/components/column-layout';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { useTranslation } from 'react-i18next';
import { COLUMNS, type Column } from '../../shared/import/columns.ts';
import type { Spreadsheet } from '../../shared/import/spreadsheet.ts';
import { columnLabel } from './columnLabel.ts';

const LEFT_OUT = 'LEFT_OUT';

type FileColumnsProps = {
  columns: Spreadsheet['columns'];
  /** The columns of the fields that more than one column fills. */
  twice: Column[];
  /** A text of each column, by its place. */
  samples: string[];
  choose: (key: string, column: Column | '') => void;
};

/** The columns of a file: for each one a choice of the field that it is. A column without a name needs none if nothing is in it. */
export function FileColumns({ columns, twice, samples, choose }: FileColumnsProps) {
  const { t } = useTranslation();
  const options = [
    ...COLUMNS.map((column) => ({ value: column as string, label: columnLabel(t, column) })),
    { value: LEFT_OUT, label: t('addCustomers.file.leaveOut') },
  ];
  return (
    <ColumnLayout columns={2}>
      {columns.map(({ name, key, column }, index) => {
        if (key === '' && !samples[index]) return undefined;
        const wrong =
          column === undefined
            ? t('addCustomers.file.unknownColumn')
            : column !== '' && twice.includes(column)
              ? t('addCustomers.file.columnTwice')
              : undefined;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: two columns can have the same name
          <div key={index}>
            <FormField
              label={name || t('addCustomers.file.unnamedColumn', { number: index + 1 })}
              {...(samples[index] && { description: t('addCustomers.file.example', { text: samples[index] }) })}
              {...(wrong !== undefined && { errorText: wrong })}
            >
              <Select
                selectedOption={options.find(({ value }) => value === (column === '' ? LEFT_OUT : column)) ?? null}
                options={options}
                placeholder={t('addCustomers.file.chooseColumn')}
                onChange={({ detail }) => {
                  const { value } = detail.selectedOption;
                  choose(key, value === LEFT_OUT ? '' : (value as Column));
                }}
              />
            </FormField>
          </div>
        );
      })}
    </ColumnLayout>
  );
}
