import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Choices, Column } from '../../shared/import/columns.ts';
import { SpreadsheetError } from '../../shared/import/faults.ts';
import { type ImportResult, type RowProblem, sendRows } from '../../shared/import/sendRows.ts';
import { readTable, type Spreadsheet, type TableOptions } from '../../shared/import/spreadsheet.ts';
import { useClient } from '../api/useApi.ts';
import { useFormat } from '../language/format.ts';
import { saveFile } from '../saveFile.ts';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { useFocusAfter } from '../shell/useFocusAfter.ts';
import { useFollow } from '../shell/useFollow.ts';
import {
  answeredFile,
  type CheckedFile,
  checkedFile,
  correctedFile,
  type FileRows,
  fileWithAllRows,
  fileWithoutRow,
  type GoodRow,
  type Reason,
  rowsOf,
} from './checkedFile.ts';
import { columnLabel, template } from './columnLabel.ts';
import { FileColumns } from './FileColumns.tsx';
import { FileReading } from './FileReading.tsx';
import { RowsToAdd } from './RowsToAdd.tsx';
import { RowsToCorrect } from './RowsToCorrect.tsx';

/** `sent`: how many rows are sent this time, of which `done` have been answered. */
type Tally = { sent: number; done: number; registered: number; before: number };

const NOTHING_DONE: Tally = { sent: 0, done: 0, registered: 0, before: 0 };

/** Imports a spreadsheet: shows it before sending, lets the person correct its rows, shows the progress, and can send a file again safely. */
export function FileImport() {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const call = useClient();
  const queries = useQueryClient();
  const follow = useFollow();
  const [files, setFiles] = useState<File[]>([]);
  const [fault, setFault] = useState<SpreadsheetError>();
  const [checked, setChecked] = useState<CheckedFile>();
  const rows = useMemo(() => (checked?.checked ? rowsOf(checked) : undefined), [checked]);
  /** They stay for the next file, which can be the file of the rejected rows. */
  const [choices, setChoices] = useState<Choices>(new Map());
  const [isColumnsOpen, setColumnsOpen] = useState(false);
  const [tally, setTally] = useState(NOTHING_DONE);
  const [problem, setProblem] = useState<Error>();
  const [state, setState] = useState<'ready' | 'running' | 'stopped' | 'done'>('ready');
  /** Stops sending the file that was chosen before. */
  const stop = useRef<AbortController>(undefined);

  const begin = () => {
    stop.current?.abort();
    const control = new AbortController();
    stop.current = control;
    return control;
  };

  /** Forgets the results of the file, or of the same file read in another way. */
  const reset = () => {
    setTally(NOTHING_DONE);
    setProblem(undefined);
    setState('ready');
    return begin();
  };

  const choose = (chosen: File[]) => {
    setFiles(chosen);
    setChecked(undefined);
    setColumnsOpen(false);
    void read(chosen[0]);
  };

  const read = async (file: File | undefined, options: TableOptions = {}) => {
    const { signal } = reset();
    setFault(undefined);
    if (!file) return;
    try {
      const next = await readTable(new Uint8Array(await file.arrayBuffer()), options);
      if (!signal.aborted) setChecked(checkedFile(next, choices));
    } catch (error) {
      // The file can be gone, or the code that reads workbooks can't be loaded.
      if (!signal.aborted)
        setFault(error instanceof SpreadsheetError ? error : new SpreadsheetError('NOT_READ', { cause: error }));
    }
  };

  const chooseColumn = (key: string, column: Column | '') => {
    reset();
    setColumnsOpen(true);
    const next = new Map([...choices, [key, column] as const]);
    setChoices(next);
    setChecked((before) => before && checkedFile(before.table, next, before));
  };

  const send = async (good: GoodRow[]) => {
    const control = begin();
    const isChosen = () => stop.current === control;
    setState('running');
    setProblem(undefined);
    setTally((before) => ({ ...before, sent: good.length, done: 0 }));
    const rows = good.map(({ row }) => row);
    try {
      await sendRows(
        call,
        rows,
        (answered) => {
          if (!isChosen()) return;
          const results = answered.map(([, result]) => result);
          const before = results.filter((result) => 'customer' in result && result.replayed).length;
          const registered = results.filter((result) => 'customer' in result).length - before;
          setTally((all) => ({
            ...all,
            done: all.done + results.length,
            registered: all.registered + registered,
            before: all.before + before,
          }));
          setChecked((file) => {
            const numberOf = (index: number) => (good[index] as GoodRow).number;
            const refusal = (result: ImportResult) => ('problem' in result ? reasonsOf(result.problem) : undefined);
            return (
              file &&
              answeredFile(
                file,
                answered.map(([index, result]) => [numberOf(index), refusal(result)]),
              )
            );
          });
        },
        control.signal,
      );
      if (isChosen()) setState('done');
    } catch (error) {
      if (isChosen()) {
        setState('stopped');
        if (!control.signal.aborted) setProblem(error as Error);
      }
    }
    void queries.invalidateQueries();
  };

  const { table, spreadsheet } = checked ?? {};
  const problemOfFile = fault ?? checked?.fault;
  const isToCorrect = rows !== undefined && rows.bad.length > 0;
  const addButton = useFocusAfter(isToCorrect);
  const hasUnnamed = spreadsheet?.columns.some(({ key, column }, index) => {
    return key === '' && column === undefined && spreadsheet.samples[index] !== '';
  });
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header
            variant="h2"
            actions={
              <Button
                iconName="download"
                onClick={() => saveFile(t('addCustomers.file.templateName'), template(t, i18n.language), 'text/csv')}
              >
                {t('addCustomers.file.template')}
              </Button>
            }
          >
            {t('addCustomers.file.title')}
          </Header>
        }
      >
        <SpaceBetween size="m">
          <FormField
            label={t('addCustomers.file.label')}
            description={t('addCustomers.file.columns')}
            {...(problemOfFile && {
              errorText: t(`addCustomers.file.faults.${problemOfFile.fault}`, { value: problemOfFile.value }),
            })}
          >
            <FileUpload
              accept=".csv,.tsv,.txt,.xlsx,text/csv"
              value={files}
              multiple={false}
              showFileSize
              i18nStrings={{ formatFileSize: format.fileSize }}
              onChange={({ detail }) => choose(detail.value)}
              constraintText={t('addCustomers.file.again')}
            />
          </FormField>
          {table && (
            <ColumnLayout columns={2}>
              <FileReading table={table} read={(options) => void read(files[0], options)} />
            </ColumnLayout>
          )}
          {spreadsheet && (
            <ExpandableSection
              headerText={t('addCustomers.file.columnsTitle')}
              expanded={isColumnsOpen || !rows || hasUnnamed === true}
              onChange={({ detail }) => setColumnsOpen(detail.expanded)}
            >
              <SpaceBetween size="m">
                {!rows && <Alert type="warning">{undecided(spreadsheet)}</Alert>}
                <FileColumns {...spreadsheet} choose={chooseColumn} />
              </SpaceBetween>
            </ExpandableSection>
          )}
        </SpaceBetween>
      </Container>
      {rows && (
        <Container>
          <SpaceBetween size="m">
            <SpaceBetween direction="horizontal" size="xs">
              <div aria-live="polite">{overview(rows)}</div>
              {rows.leftOut > 0 && (
                <Button variant="inline-link" onClick={() => setChecked((file) => file && fileWithAllRows(file))}>
                  {t('addCustomers.file.takeIn')}
                </Button>
              )}
            </SpaceBetween>
            {state !== 'ready' && (
              <ProgressBar
                value={tally.sent > 0 ? (100 * tally.done) / tally.sent : 100}
                label={t('addCustomers.file.progress', { done: tally.done, count: tally.sent })}
              />
            )}
            <ProblemAlert problem={problem} title={t('addCustomers.file.interrupted')} />
            {state === 'done' && (
              <div role="status">
                <Alert type={isToCorrect ? 'warning' : 'success'}>{summary(rows)}</Alert>
              </div>
            )}
            {state === 'stopped' && !problem && <Alert type="info">{t('addCustomers.file.stopped')}</Alert>}
            <SpaceBetween direction="horizontal" size="xs">
              {state === 'running' && (
                <Button onClick={() => stop.current?.abort()}>{t('addCustomers.file.stop')}</Button>
              )}
              {state !== 'running' && (state !== 'done' || rows.good.length > 0) && (
                <Button
                  ref={addButton}
                  variant="primary"
                  disabled={rows.good.length === 0}
                  onClick={() => void send(rows.good)}
                >
                  {t('addCustomers.submit', { count: rows.good.length })}
                </Button>
              )}
              {state === 'done' && (
                <Link href="/customers" onFollow={follow}>
                  {t('addCustomers.file.toList')}
                </Link>
              )}
            </SpaceBetween>
          </SpaceBetween>
        </Container>
      )}
      {spreadsheet && isToCorrect && (
        <RowsToCorrect
          rows={rows.bad}
          spreadsheet={spreadsheet}
          file={files[0]?.name ?? ''}
          isAllThatIsLeft={rows.good.length === 0 && state !== 'running'}
          correct={(number, cells) => setChecked((file) => file && correctedFile(file, number, cells))}
          leaveOut={(number) => setChecked((file) => file && fileWithoutRow(file, number))}
        />
      )}
      {spreadsheet && rows && rows.good.length > 0 && <RowsToAdd rows={rows.good} columns={spreadsheet.columns} />}
    </SpaceBetween>
  );

  function summary({ bad }: FileRows): string {
    const { registered, before } = tally;
    const refused = bad.filter(({ number }) => checked?.refused.has(number)).length;
    return t('addCustomers.file.summary', { registered, before, refused });
  }

  /** The numbers of rows. They add up. */
  function overview({ good, bad, leftOut, registered }: FileRows): string {
    const all = good.length + bad.length + leftOut + registered;
    return [
      t('addCustomers.file.rows', { count: all }),
      ...(registered > 0 ? [t('addCustomers.file.registered', { count: registered })] : []),
      t('addCustomers.file.good', { count: good.length }),
      ...(bad.length > 0 ? [t('addCustomers.file.bad', { count: bad.length })] : []),
      ...(leftOut > 0 ? [t('addCustomers.file.leftOut', { count: leftOut })] : []),
    ].join(' ');
  }

  /** The faults of the columns. The person mends them before the rows are shown. */
  function undecided({ unknown, missing }: Spreadsheet): string {
    return [
      ...(unknown.length > 0 ? [t('addCustomers.file.unknownColumns', { columns: unknown.join(', ') })] : []),
      ...missing.map((column) => t('addCustomers.file.missingColumn', { column: columnLabel(t, column) })),
      t('addCustomers.file.decide'),
    ].join(' ');
  }
}

/** Why the service refused a row. */
const reasonsOf = ({ code, detail, errors = [] }: RowProblem): Reason[] =>
  errors.length > 0
    ? errors.map(({ path, message }) => ({ code: 'FIELD', path, message }))
    : [{ code: 'REFUSED', refusal: code, detail }];
