/** The names of a spreadsheet's columns on the page: those of the form's fields. */
import type { TFunction } from 'i18next';
import { COLUMNS, type Column, type FileColumn } from '../../shared/import/columns.ts';
import { headerLine } from '../../shared/import/rejects.ts';

/** The name of a column in the language of the page. */
export function columnLabel(t: TFunction, column: Column): string {
  switch (column) {
    case 'name':
    case 'email':
    case 'friendlyName':
    case 'language':
    case 'role':
    case 'adminEmails':
      return t(`addCustomers.fields.${column}`);
    case 'contact':
      return t('addCustomers.fields.person.name');
    case 'idempotencyKey':
      return t('addCustomers.file.idempotencyKey');
    default:
      return t(`addCustomers.fields.person.${column}`);
  }
}

/** The names of a row's cells: those of their fields. If several columns fill a field, the name in the file says which one it is. */
export function cellLabel(t: TFunction, columns: readonly FileColumn[], cell: number): string {
  const { name = '', column } = columns[cell] ?? {};
  if (!column) return name || t('addCustomers.file.unnamedColumn', { number: cell + 1 });
  const label = columnLabel(t, column);
  return columns.filter((each) => each.column === column).length > 1 ? `${label} (${name})` : label;
}

/** A file with the names of all columns, to be filled in. Excel separates cells by semicolons where the decimal sign is a comma. */
export function template(t: TFunction, language: string): string {
  const columns = COLUMNS.filter((column) => column !== 'idempotencyKey');
  const labels = columns.map((column) => columnLabel(t, column));
  return headerLine(labels, language === 'en' ? ',' : ';');
}
