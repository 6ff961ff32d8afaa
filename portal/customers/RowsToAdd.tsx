import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import Table from '@cloudscape-design/components/table';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, type FileColumn, type Row, textIn } from '../../shared/import/columns.ts';
import type { GoodRow } from './checkedFile.ts';
import { columnLabel } from './columnLabel.ts';

const ROWS_ON_PAGE = 10;

/** The rows that can be added, as they will be registered: the first ones, and the others by pages. */
export const RowsToAdd = memo(function RowsToAdd({ rows, columns }: { rows: GoodRow[]; columns: FileColumn[] }) {
  const { t } = useTranslation();
  const [page, setPage] = useState(1);
  const pages = Math.ceil(rows.length / ROWS_ON_PAGE);
  const shown = Math.min(page, pages);
  const fields = [...new Set(columns.flatMap(({ column }) => column || []))];
  const isName = (field: Column) => field === (fields.includes('name') ? 'name' : 'friendlyName');
  const title = t('addCustomers.file.goodTitle', { count: rows.length });
  return (
    <Table<GoodRow>
      header={<Header variant="h2">{title}</Header>}
      items={rows.slice((shown - 1) * ROWS_ON_PAGE, shown * ROWS_ON_PAGE)}
      trackBy={({ number }) => String(number)}
      ariaLabels={{ tableLabel: title }}
      columnDefinitions={[
        { id: 'number', header: t('addCustomers.file.row'), cell: ({ number }) => number },
        ...fields.map((field) => ({
          id: field,
          header: columnLabel(t, field),
          cell: ({ row }: GoodRow) => textIn(row as Row, field) ?? '–',
          isRowHeader: isName(field),
        })),
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
});
