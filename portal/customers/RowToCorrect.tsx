import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Textarea from '@cloudscape-design/components/textarea';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileColumn } from '../../shared/import/columns.ts';
import { textOf } from '../../shared/import/spreadsheet.ts';
import { reasonsByCell } from './cellReasons.ts';
import { type BadRow, checkedRow } from './checkedFile.ts';
import { cellLabel } from './columnLabel.ts';
import { useRowReason } from './rowReason.ts';

type RowToCorrectProps = {
  row: BadRow;
  columns: FileColumn[];
  /** @param isEnter with the Enter key, so that the person wants to go on */
  correct: (cell: number, value: string, isEnter: boolean) => void;
  /** Sends a refused row again as it is; absent before anything was sent. */
  send?: (() => void) | undefined;
  leaveOut: () => void;
};

/** A row to correct: its wrong cells with the reasons, its other cells as text, or all cells to change. */
export function RowToCorrect({ row, columns, correct, send, leaveOut }: RowToCorrectProps) {
  const { t } = useTranslation();
  const text = useRowReason();
  const { number, name, cells } = row;
  const wrong = reasonsByCell(row, columns);
  /** The first of the other cells, once they can be changed as well: it gets the focus from the button, which is gone. */
  const [opened, setOpened] = useState<number>();
  const group = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (opened === undefined) return;
    group.current?.querySelector<HTMLElement>(`[data-cell="${opened}"] :is(input, textarea)`)?.focus();
  }, [opened]);
  /** Their fields stay while others of the row are corrected. */
  const [wrongAtFirst] = useState(() => [...wrong.cells.keys()]);
  const isField = (cell: number) => opened !== undefined || wrong.cells.has(cell) || wrongAtFirst.includes(cell);
  const places = Array.from({ length: Math.max(columns.length, cells.length) }, (_, cell) => cell).filter((cell) => {
    const of = columns[cell];
    const isNamed = of !== undefined && of.key !== '';
    return of?.column !== '' && (isNamed || wrong.cells.has(cell) || textOf(cells[cell] ?? '') !== '');
  });
  const others = places.filter((cell) => !isField(cell));
  const said = others.filter((cell) => textOf(cells[cell] ?? '') !== '');
  // The reason is the server's: meanwhile it can have passed.
  const mayPass =
    row.reasons.some(({ code }) => code === 'REFUSED' || code === 'FIELD') && 'row' in checkedRow({ columns }, row);
  const title = name ? t('addCustomers.file.rowTitle', { number, name }) : t('addCustomers.file.rowNumber', { number });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset can't be laid out like a card
    <div ref={group} role="group" aria-label={title} data-row={number}>
      <SpaceBetween size="s">
        <Header
          variant="h3"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {send && mayPass && (
                <Button ariaLabel={t('addCustomers.file.tryAgainNamed', { number })} onClick={send}>
                  {t('addCustomers.file.tryAgain')}
                </Button>
              )}
              <Button ariaLabel={t('addCustomers.file.leaveOutNamed', { number })} onClick={leaveOut}>
                {t('addCustomers.file.leaveOut')}
              </Button>
            </SpaceBetween>
          }
        >
          <span className="words">{title}</span>
        </Header>
        {row.reasons.length === 0 && (
          <StatusIndicator type="success">{t('addCustomers.file.corrected')}</StatusIndicator>
        )}
        {wrong.row.map((reason) => (
          <StatusIndicator key={JSON.stringify(reason)} type="error">
            <span className="words">{text(reason)}</span>
          </StatusIndicator>
        ))}
        {places.some(isField) && (
          <ColumnLayout columns={2}>
            {places.filter(isField).map((cell) => (
              <div key={cell} data-cell={cell}>
                <CellField
                  label={cellLabel(t, columns, cell)}
                  value={textOf(cells[cell] ?? '')}
                  error={wrong.cells.get(cell)?.map(text).join('; ')}
                  inputMode={INPUT_MODES[columns[cell]?.column ?? '']}
                  change={(value, isEnter) => correct(cell, value, isEnter)}
                />
              </div>
            ))}
          </ColumnLayout>
        )}
        {said.length > 0 && (
          <Box color="text-body-secondary" fontSize="body-s">
            <span className="words">
              {said.map((cell) => `${cellLabel(t, columns, cell)}: ${textOf(cells[cell] ?? '')}`).join(' · ')}
            </span>
          </Box>
        )}
        {others.length > 0 && (
          <div data-cell="others">
            <Button
              variant="inline-link"
              ariaLabel={t('addCustomers.file.otherFieldsNamed', { number })}
              onClick={() => setOpened(others[0])}
            >
              {t('addCustomers.file.otherFields')}
            </Button>
          </div>
        )}
      </SpaceBetween>
    </div>
  );
}

/** The keyboards that phones show. */
const INPUT_MODES: Partial<Record<string, 'email' | 'tel'>> = { email: 'email', phone: 'tel' };

type CellFieldProps = {
  label: string;
  value: string;
  error: string | undefined;
  inputMode: 'email' | 'tel' | undefined;
  change: (value: string, isEnter: boolean) => void;
};

/** A cell to correct. The change counts when the person leaves the cell, or presses Enter. */
function CellField({ label, value, error, inputMode, change }: CellFieldProps) {
  const [typed, setTyped] = useState<string>();
  const [seen, setSeen] = useState(value);
  const isSame = typed !== undefined && textOf(typed) === value;
  if (seen !== value) {
    setSeen(value);
    // The text is stored now. If the person leaves the cell again, it must not replace a newer text of another tab.
    if (isSame) setTyped(undefined);
  }
  const commit = (isEnter: boolean) => {
    if (isSame) setTyped(undefined);
    else if (typed !== undefined) change(typed, isEnter);
  };
  const props = {
    value: typed ?? value,
    onChange: ({ detail }: { detail: { value: string } }) => setTyped(detail.value),
    onBlur: () => commit(false),
  };
  return (
    <FormField label={label} {...(error !== undefined && { errorText: error })}>
      {/[\r\n]/.test(value) ? (
        <Textarea rows={2} {...props} />
      ) : (
        <Input
          {...props}
          {...(inputMode && { inputMode })}
          onKeyDown={(event) => {
            if (event.detail.key !== 'Enter' || event.detail.isComposing) return;
            // The focus goes on at once, perhaps to a button, which this key may not press.
            event.preventDefault();
            commit(true);
          }}
        />
      )}
    </FormField>
  );
}
