import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { rejectsFileOf, rejectsOf } from '../../shared/import/rejects.ts';
import type { Spreadsheet } from '../../shared/import/spreadsheet.ts';
import { saveFile } from '../saveFile.ts';
import type { BadRow } from './checkedFile.ts';
import { useRowReason } from './rowReason.ts';

const BAD_ROWS_ON_PAGE = 20;

type BadRowsProps = {
  rows: BadRow[];
  spreadsheet: Spreadsheet;
  file: string;
  /** Whether all other rows have been sent. If not, a person who continues with the file of rejects would lose the others. */
  isAllThatIsLeft: boolean;
};

/** The rows to correct: a table, and a file to save, correct and upload again. */
export function BadRows({ rows, spreadsheet, file, isAllThatIsLeft }: BadRowsProps) {
  const { t } = useTranslation();
  const text = useRowReason();
  const [page, setPage] = useState(1);
  const pages = Math.ceil(rows.length / BAD_ROWS_ON_PAGE);
  const shown = Math.min(page, pages);
  const reason = ({ reasons }: BadRow) => reasons.map(text).join('; ');
  const save = () => {
    const rejects = rejectsOf(spreadsheet);
    const lines = rows.map((row) => rejects.line(row, reason(row)));
    saveFile(rejectsFileOf(file), rejects.header + lines.join(''), 'text/csv');
  };
  return (
    <Table<BadRow>
      header={
        <Header
          variant="h2"
          {...(isAllThatIsLeft && {
            description: t('addCustomers.file.saveText'),
            actions: (
              <Button iconName="download" onClick={save}>
                {t('addCustomers.file.save')}
              </Button>
            ),
          })}
        >
          {t('addCustomers.file.badTitle', { count: rows.length })}
        </Header>
      }
      items={rows.slice((shown - 1) * BAD_ROWS_ON_PAGE, shown * BAD_ROWS_ON_PAGE)}
      trackBy={({ number }) => String(number)}
      wrapLines
      ariaLabels={{ tableLabel: t('addCustomers.file.badTitle', { count: rows.length }) }}
      columnDefinitions={[
        { id: 'number', header: t('addCustomers.file.row'), cell: ({ number }) => number, width: 80 },
        { id: 'name', header: t('addCustomers.fields.name'), cell: ({ name }) => name || '–', isRowHeader: true },
        {
          id: 'reason',
          header: t('addCustomers.file.reason'),
          cell: reason,
          minWidth: 130,
        },
      ]}
      {...(pages > 1 && {
        pagination: (
          <Pagination
            currentPageIndex={shown}
            pagesCount={pages}
            onChange={({ detail }) => setPage(detail.currentPageIndex)}
          />
        ),
      })}
    />
  );
}
