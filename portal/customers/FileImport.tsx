import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Pagination from '@cloudscape-design/components/pagination';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ImportResult, type ImportRow, sendRows } from '../../shared/import/sendRows.ts';
import {
  readSpreadsheet,
  rejectsFileOf,
  rejectsOf,
  type Spreadsheet,
  SpreadsheetError,
  type SpreadsheetRow,
} from '../../shared/import/spreadsheet.ts';
import { useClient } from '../api/useApi.ts';
import { useFormat } from '../language/format.ts';
import { saveFile } from '../saveFile.ts';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { useRefusalText } from '../shell/problemText.ts';
import { useFollow } from '../shell/useFollow.ts';
import { useFieldMessage } from './fieldMessage.ts';
import { problemsOf } from './registration.ts';

/** A row of the file that was not sent, or was refused. */
type BadRow = Pick<SpreadsheetRow, 'number' | 'name' | 'cells'> & { reasons: string[] };
type GoodRow = Omit<SpreadsheetRow, 'row'> & { row: ImportRow };
type Checked = Pick<Spreadsheet, 'header' | 'delimiter'> & { good: GoodRow[]; bad: BadRow[] };
type Tally = { done: number; registered: number; before: number };

const NOTHING_DONE: Tally = { done: 0, registered: 0, before: 0 };
const BAD_ROWS_ON_PAGE = 20;

/** Imports a CSV file: shows it before sending, shows the progress, and can send a corrected file again safely. */
export function FileImport() {
  const { t } = useTranslation();
  const format = useFormat();
  const call = useClient();
  const queries = useQueryClient();
  const follow = useFollow();
  const refusalText = useRefusalText();
  const [files, setFiles] = useState<File[]>([]);
  const [fileError, setFileError] = useState<string>();
  const [checked, setChecked] = useState<Checked>();
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

  const choose = async (chosen: File[]) => {
    const { signal } = begin();
    setFiles(chosen);
    setFileError(undefined);
    setChecked(undefined);
    setTally(NOTHING_DONE);
    setRefused([]);
    setProblem(undefined);
    setState('ready');
    const [file] = chosen;
    if (!file) return;
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      if (!signal.aborted) setChecked(check(bytes, t('addCustomers.file.twice')));
    } catch (error) {
      if (!(error instanceof SpreadsheetError)) throw error;
      setFileError(t(`addCustomers.file.faults.${error.fault}`, { column: error.column }));
    }
  };

  const send = async ({ good }: Checked) => {
    const control = begin();
    const isChosen = () => stop.current === control;
    setState('running');
    setProblem(undefined);
    setTally(NOTHING_DONE);
    setRefused([]);
    const rows = good.map(({ row }) => row);
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
        const { code, detail, errors = [] } = result.problem;
        const reasons = errors.length > 0 ? errors.map(({ message }) => message) : [refusalText(code, detail)];
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

  const bad = [...(checked?.bad ?? []), ...refused].sort((one, other) => one.number - other.number);
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{t('addCustomers.file.title')}</Header>}>
        <FormField
          label={t('addCustomers.file.label')}
          description={t('addCustomers.file.columns')}
          {...(fileError !== undefined && { errorText: fileError })}
        >
          <FileUpload
            accept=".csv,.tsv,.txt,text/csv"
            value={files}
            multiple={false}
            showFileSize
            i18nStrings={{ formatFileSize: format.fileSize }}
            onChange={({ detail }) => void choose(detail.value)}
            constraintText={t('addCustomers.file.again')}
          />
        </FormField>
      </Container>
      {checked && (
        <Container>
          <SpaceBetween size="m">
            <Box>
              {t('addCustomers.file.good', { count: checked.good.length })}{' '}
              {checked.bad.length > 0 && t('addCustomers.file.bad', { count: checked.bad.length })}
            </Box>
            {state !== 'ready' && (
              <ProgressBar
                value={checked.good.length > 0 ? (100 * tally.done) / checked.good.length : 100}
                label={t('addCustomers.file.progress', { done: tally.done, count: checked.good.length })}
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
                <Button variant="primary" disabled={checked.good.length === 0} onClick={() => void send(checked)}>
                  {t('addCustomers.submit', { count: checked.good.length })}
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
      {checked && bad.length > 0 && (
        <BadRows
          rows={bad}
          rejects={rejectsOf(checked)}
          file={files[0]?.name ?? ''}
          isAllThatIsLeft={state === 'done' || checked.good.length === 0}
        />
      )}
    </SpaceBetween>
  );

  function summary(): string {
    const { registered, before } = tally;
    return t('addCustomers.file.summary', { registered, before, refused: refused.length });
  }
}

/** Finds the rows of a file that can be sent. @throws SpreadsheetError if the file is not a list of customers */
function check(bytes: Uint8Array, twice: string): Checked {
  const { header, delimiter, rows } = readSpreadsheet(bytes);
  const checked: Checked = { header, delimiter, good: [], bad: [] };
  const seen = new Set<string>();
  for (const each of rows) {
    const { number, name, cells, row, problem } = each;
    const content = JSON.stringify(row);
    const registration = row as ImportRow;
    const reasons =
      problem !== undefined
        ? [problem]
        : seen.has(content)
          ? [twice]
          : problemsOf(registration).map(({ message }) => message);
    seen.add(content);
    if (reasons.length > 0) checked.bad.push({ number, name, cells, reasons });
    else checked.good.push({ ...each, row: registration });
  }
  return checked;
}

type BadRowsProps = {
  rows: BadRow[];
  rejects: ReturnType<typeof rejectsOf>;
  file: string;
  /** Whether all other rows have been sent. If not, a person who continues with the file of rejects would lose the others. */
  isAllThatIsLeft: boolean;
};

/** The rows to correct: a table, and a file to save, correct and upload again. */
function BadRows({ rows, rejects, file, isAllThatIsLeft }: BadRowsProps) {
  const { t } = useTranslation();
  const message = useFieldMessage();
  const [page, setPage] = useState(1);
  const pages = Math.ceil(rows.length / BAD_ROWS_ON_PAGE);
  const shown = Math.min(page, pages);
  const reason = ({ reasons }: BadRow) => reasons.map(message).join('; ');
  const save = () => {
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
