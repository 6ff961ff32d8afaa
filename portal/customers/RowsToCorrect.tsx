import Button from '@cloudscape-design/components/button';
import Cards from '@cloudscape-design/components/cards';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { rejectsFileOf, rejectsOf } from '../../shared/import/rejects.ts';
import type { Spreadsheet } from '../../shared/import/spreadsheet.ts';
import { saveFile } from '../saveFile.ts';
import { type Place, placeAfter } from './cellReasons.ts';
import type { BadRow } from './checkedFile.ts';
import { RowToCorrect } from './RowToCorrect.tsx';
import { useRowReason } from './rowReason.ts';

const ROWS_ON_PAGE = 10;
/** The place from which the first wrong cell follows. */
const BEFORE_ALL: Place = { number: 0, cell: undefined };

/** Leads to what is wrong. */
export type RowsToCorrectRef = { focusFirst: () => void };

type RowsToCorrectProps = {
  ref?: Ref<RowsToCorrectRef>;
  title: string;
  rows: BadRow[];
  spreadsheet: Pick<Spreadsheet, 'columns' | 'header' | 'delimiter'>;
  /** The name of the file. */
  file: string;
  /** Whether all other rows have been sent. If not, a person who continues with the file of rejects would lose the others. */
  isAllThatIsLeft: boolean;
  /** Called after a cell of a row was changed. */
  correct: (number: number, cell: number, value: string) => void;
  /** Sends a refused row again as it is; absent before anything was sent. */
  send?: (number: number) => void;
  leaveOut: (number: number) => void;
  /** Called after the Enter key if nothing is wrong any more. */
  onCorrected?: () => void;
};

/** The rows to correct: each with what is wrong at its cells, which the person corrects here, or in a file to save and upload again. */
export function RowsToCorrect(props: RowsToCorrectProps) {
  const { ref, title, rows, spreadsheet, file, isAllThatIsLeft, correct, send, leaveOut, onCorrected } = props;
  const { t } = useTranslation();
  const text = useRowReason();
  const list = useRef<HTMLDivElement>(null);
  const [page, setPage] = useState(1);
  const [goal, setGoal] = useState<Place>();
  /** The place that was corrected last, until the rows have been checked. `before`: the cells of its row before that. */
  const done = useRef<Place & { isEnter: boolean; before: string | undefined }>(undefined);
  const pages = Math.max(1, Math.ceil(rows.length / ROWS_ON_PAGE));
  const shown = Math.min(page, pages);
  const { columns } = spreadsheet;

  /** Goes to the next wrong cell. @returns whether there is one */
  const goAfter = (place: Place): boolean => {
    const wrong = rows.filter(({ reasons }) => reasons.length > 0);
    const next = placeAfter(place, wrong, columns);
    if (!next) return false;
    setPage(Math.floor(rows.findIndex(({ number }) => number === next.number) / ROWS_ON_PAGE) + 1);
    setGoal(next);
    return true;
  };
  const newest = useRef({ goAfter, onCorrected });
  newest.current = { goAfter, onCorrected };
  useImperativeHandle(ref, () => ({ focusFirst: () => void newest.current.goAfter(BEFORE_ALL) }), []);
  useEffect(() => {
    const last = done.current;
    // The rows can change for another reason before the correction is kept.
    const same = last && rows.find(({ number }) => number === last.number);
    if (!last || (same && JSON.stringify(same.cells) === last.before)) return undefined;
    done.current = undefined;
    const goOn = () => {
      if (!newest.current.goAfter(last)) newest.current.onCorrected?.();
    };
    if (last.isEnter) return goOn();
    // A person who left the cell has the focus elsewhere already, unless it went to the row, which is no longer here.
    const later = setTimeout(() => {
      const isHere = rows.some(({ number }) => number === last.number);
      if (!isHere && document.activeElement === document.body) goOn();
    });
    return () => clearTimeout(later);
  }, [rows]);

  useEffect(() => {
    if (!goal) return;
    const row = list.current?.querySelector(`[data-row="${goal.number}"]`);
    const cell = row?.querySelector(`[data-cell="${goal.cell ?? 'others'}"]`) ?? row;
    cell?.querySelector<HTMLElement>('input, textarea, button')?.focus();
  }, [goal]);

  const save = () => {
    const rejects = rejectsOf(spreadsheet);
    const lines = rows.map((row) => rejects.line(row, row.reasons.map(text).join('; ')));
    saveFile(rejectsFileOf(file), rejects.header + lines.join(''), 'text/csv');
  };
  return (
    <div ref={list}>
      <Cards<BadRow>
        header={
          <Header
            variant="h2"
            description={t(isAllThatIsLeft ? 'addCustomers.file.saveText' : 'addCustomers.file.correctText')}
            {...(isAllThatIsLeft && {
              actions: (
                <Button iconName="download" onClick={save}>
                  {t('addCustomers.file.save')}
                </Button>
              ),
            })}
          >
            {title}
          </Header>
        }
        items={rows.slice((shown - 1) * ROWS_ON_PAGE, shown * ROWS_ON_PAGE)}
        trackBy={({ number }) => String(number)}
        cardsPerRow={[{ cards: 1 }]}
        ariaLabels={{ itemSelectionLabel: () => '', selectionGroupLabel: '', cardsLabel: title }}
        cardDefinition={{
          sections: [
            {
              id: 'row',
              content: (row) => (
                <RowToCorrect
                  row={row}
                  columns={columns}
                  correct={(cell, value, isEnter) => {
                    done.current = { number: row.number, cell, isEnter, before: JSON.stringify(row.cells) };
                    correct(row.number, cell, value);
                  }}
                  send={
                    send &&
                    (() => {
                      done.current = { number: row.number, cell: undefined, isEnter: true, before: undefined };
                      send(row.number);
                    })
                  }
                  leaveOut={() => {
                    done.current = { number: row.number, cell: undefined, isEnter: true, before: undefined };
                    leaveOut(row.number);
                  }}
                />
              ),
            },
          ],
        }}
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
    </div>
  );
}
