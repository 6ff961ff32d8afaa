/** The correction of an import's row. Apart from `job.ts`, because every page loads that: the check of a row needs the code for spreadsheets. */
import { cellsOf } from '../customers/cellReasons.ts';
import { cellsWith, checkedRow, type Reason } from '../customers/checkedFile.ts';
import { badRowOf, type Import, type ImportedRow } from './job.ts';

/**
 * A row that the person has corrected. It waits until the person sends it. A refusal stays until the cells that it is about are changed: a
 * change elsewhere in the row does not answer it.
 */
export const correctRow =
  (cell: number, value: string) =>
  (row: ImportedRow, { sheet }: Import): ImportedRow => {
    const before = badRowOf(row);
    const checked = checkedRow(sheet, { ...before, cells: cellsWith(row.cells, cell, value) });
    const { number, name, cells } = checked;
    const said = { importId: row.importId, number, name, cells };
    if ('reasons' in checked) return { ...said, state: 'toCorrect', reasons: checked.reasons };
    const isAnswered = (reason: Reason) => {
      const about = cellsOf(reason, sheet.columns);
      return about.length === 0 || about.includes(cell);
    };
    const rest = row.state === 'refused' ? before.reasons.filter((reason) => !isAnswered(reason)) : [];
    return rest.length > 0
      ? { ...said, state: 'refused', row: checked.row, reasons: rest }
      : { ...said, state: 'toCorrect', row: checked.row };
  };
