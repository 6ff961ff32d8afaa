import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
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
import { type ImportResult, sendRows } from '../../shared/import/sendRows.ts';
import { readTable, type Spreadsheet, type Table, type TableOptions } from '../../shared/import/spreadsheet.ts';
import { useClient } from '../api/useApi.ts';
import { useFormat } from '../language/format.ts';
import type { Language } from '../language/language.ts';
import { saveFile } from '../saveFile.ts';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { useFollow } from '../shell/useFollow.ts';
import { BadRows } from './BadRows.tsx';
import { type BadRow, checkedFile, type GoodRow } from './checkedFile.ts';
import { columnLabel, template } from './columnLabel.ts';
import { FileColumns } from './FileColumns.tsx';
import { FileReading } from './FileReading.tsx';
import { MailLanguage } from './MailLanguage.tsx';

type Tally = { done: number; registered: number; before: number };

const NOTHING_DONE: Tally = { done: 0, registered: 0, before: 0 };

/** Imports a spreadsheet: shows it before sending, shows the progress, and can send a corrected file again safely. */
export function FileImport() {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const call = useClient();
  const queries = useQueryClient();
  const follow = useFollow();
  const [files, setFiles] = useState<File[]>([]);
  const [fault, setFault] = useState<SpreadsheetError>();
  const [table, setTable] = useState<Table>();
  /** They stay for the next file, which can be the file of the rejected rows. */
  const [choices, setChoices] = useState<Choices>(new Map());
  const checked = useMemo(() => (table ? checkedFile(table, choices) : {}), [table, choices]);
  const [chosenLanguage, setLanguage] = useState<Language>();
  /** Of the mails to customers for which the file names none. */
  const language = chosenLanguage ?? (i18n.language as Language);
  const [isColumnsOpen, setColumnsOpen] = useState(false);
  const [tally, setTally] = useState(NOTHING_DONE);
  const [refused, setRefused] = useState<BadRow[]>([]);
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
    setRefused([]);
    setProblem(undefined);
    setState('ready');
    return begin();
  };

  const choose = (chosen: File[]) => {
    setFiles(chosen);
    setTable(undefined);
    setColumnsOpen(false);
    void read(chosen[0]);
  };

  const read = async (file: File | undefined, options: TableOptions = {}) => {
    const { signal } = reset();
    setFault(undefined);
    if (!file) return;
    try {
      const next = await readTable(new Uint8Array(await file.arrayBuffer()), options);
      if (!signal.aborted) setTable(next);
    } catch (error) {
      // The file can be gone, or the code that reads workbooks can't be loaded.
      if (!signal.aborted)
        setFault(error instanceof SpreadsheetError ? error : new SpreadsheetError('NOT_READ', { cause: error }));
    }
  };

  const chooseColumn = (key: string, column: Column | '') => {
    reset();
    setColumnsOpen(true);
    setChoices((before) => new Map([...before, [key, column]]));
  };

  const chooseLanguage = (chosen: Language) => {
    reset();
    setLanguage(chosen);
  };

  const send = async (good: GoodRow[]) => {
    const control = begin();
    const isChosen = () => stop.current === control;
    setState('running');
    setProblem(undefined);
    setTally(NOTHING_DONE);
    setRefused([]);
    const rows = good.map(({ row }) => ({ language, ...row }));
    try {
      const report = (index: number, result: ImportResult) => {
        const { number, name, cells } = good[index] as GoodRow;
        const isRegistered = 'customer' in result;
        setTally(({ done, registered, before }) => ({
          done: done + 1,
          registered: registered + Number(isRegistered && !result.replayed),
          before: before + Number(isRegistered && result.replayed === true),
        }));
        if (isRegistered) return;
        const { errors = [] } = result.problem;
        const reasons: BadRow['reasons'] =
          errors.length > 0
            ? errors.map((error) => ({ code: 'FIELD', error }))
            : [{ code: 'REFUSED', problem: result.problem }];
        setRefused((all) => [...all, { number, name, cells, reasons }]);
      };
      await sendRows(
        call,
        rows,
        (answered) => {
          if (isChosen()) for (const [index, result] of answered) report(index, result);
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

  const { spreadsheet, rows } = checked;
  const problemOfFile = fault ?? checked.fault;
  const hasUnnamed = spreadsheet?.columns.some(({ key, column }, index) => {
    return key === '' && column === undefined && spreadsheet.samples[index] !== '';
  });
  const bad = [...(rows?.bad ?? []), ...refused].sort((one, other) => one.number - other.number);
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
              {rows?.good.some(({ row }) => row.language === undefined) && (
                <MailLanguage language={language} choose={chooseLanguage} />
              )}
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
            <Box>
              {t('addCustomers.file.good', { count: rows.good.length })}{' '}
              {rows.bad.length > 0 && t('addCustomers.file.bad', { count: rows.bad.length })}
            </Box>
            {state !== 'ready' && (
              <ProgressBar
                value={rows.good.length > 0 ? (100 * tally.done) / rows.good.length : 100}
                label={t('addCustomers.file.progress', { done: tally.done, count: rows.good.length })}
              />
            )}
            <ProblemAlert problem={problem} title={t('addCustomers.file.interrupted')} />
            {state === 'done' && (
              <div role="status">
                <Alert type="success">{summary()}</Alert>
              </div>
            )}
            {state === 'stopped' && !problem && <Alert type="info">{t('addCustomers.file.stopped')}</Alert>}
            <SpaceBetween direction="horizontal" size="xs">
              {state === 'running' && (
                <Button onClick={() => stop.current?.abort()}>{t('addCustomers.file.stop')}</Button>
              )}
              {(state === 'ready' || state === 'stopped') && (
                <Button variant="primary" disabled={rows.good.length === 0} onClick={() => void send(rows.good)}>
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
      {spreadsheet && rows && bad.length > 0 && (
        <BadRows
          rows={bad}
          spreadsheet={spreadsheet}
          file={files[0]?.name ?? ''}
          isAllThatIsLeft={state === 'done' || rows.good.length === 0}
        />
      )}
    </SpaceBetween>
  );

  function summary(): string {
    const { registered, before } = tally;
    return t('addCustomers.file.summary', { registered, before, refused: refused.length });
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
