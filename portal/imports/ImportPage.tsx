import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button, { type ButtonProps } from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { ApiProblem, type ProblemBody } from '../../shared/client/ApiProblem.ts';
import type { BadRow } from '../customers/checkedFile.ts';
import { RowsToCorrect } from '../customers/RowsToCorrect.tsx';
import { useFormat } from '../language/format.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { Page } from '../shell/Page.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { useFollow } from '../shell/useFollow.ts';
import { useKeepFocus } from '../shell/useKeepFocus.ts';
import { Waiting } from '../shell/Waiting.tsx';
import { useSession } from '../signIn/SignedIn.tsx';
import { correctRow } from './correctRow.ts';
import { allRows, type Import, OPEN_STATES, openRows, progressOf, ROW_STATES } from './job.ts';
import { RemoveImport } from './RemoveImport.tsx';
import { useImportState, useNumbersText } from './stateText.ts';
import { useImportDatabase, useImports } from './useImports.ts';

/** An import: what it does, its numbers, and the rows that the person has to deal with. */
export function ImportPage() {
  const { t } = useTranslation();
  const { importId = '' } = useParams();
  const follow = useFollow();
  const format = useFormat();
  const all = useImports();
  const job = all?.find(({ id }) => id === importId);
  const above = [
    { text: t('customers.title'), href: '/customers' },
    { text: t('imports.title'), href: '/customers/imports' },
  ];
  if (!all) return <Waiting text={t('loading')} />;
  if (!job)
    return (
      <Page title={t('imports.gone')} above={above}>
        <SpaceBetween size="m">
          <Box>{t('imports.goneText')}</Box>
          <Link href="/customers/imports" onFollow={follow}>
            {t('imports.toList')}
          </Link>
        </SpaceBetween>
      </Page>
    );
  return (
    <Page title={job.file} description={t('imports.begun', { time: format.time(job.createdAt) })} above={above}>
      <SpaceBetween size="l">
        <Progress job={job} all={all} />
        <RowsOf job={job} />
      </SpaceBetween>
    </Page>
  );
}

function Progress({ job, all }: { job: Import; all: readonly Import[] }) {
  const { t } = useTranslation();
  const imports = useImportDatabase();
  const navigate = useNavigate();
  const follow = useFollow();
  const format = useFormat();
  const session = useSession();
  const stateOf = useImportState();
  const numbersText = useNumbersText();
  const { id, state, stop, pause, numbers, isDismissed } = job;
  const { type, text } = stateOf(job, all);
  const done = allRows(numbers) - numbers.waiting;
  useKeepFocus(`import ${state}`);
  // The person sees here what the notification would say.
  useEffect(() => {
    if (state !== 'running' && !isDismissed) void imports.dismiss(id);
  }, [imports, id, state, isDismissed]);
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {state === 'running' && (
                <Button onClick={() => void imports.stop(id, { why: 'person' })}>{t('imports.stop')}</Button>
              )}
              {state === 'stopped' && (
                <Button variant="primary" onClick={() => void imports.goOn(id)}>
                  {t('imports.goOn')}
                </Button>
              )}
              {state !== 'running' && <RemoveImport job={job} onRemoved={() => void navigate('/customers/imports')} />}
            </SpaceBetween>
          }
        >
          {t('imports.progress')}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {state !== 'done' && (
          <ProgressBar
            value={progressOf(job)}
            label={t('addCustomers.file.progress', { done, count: allRows(numbers) })}
          />
        )}
        {stop?.why === 'problem' ? (
          <ProblemAlert problem={problemOf(stop.problem)} title={text} />
        ) : state === 'done' && openRows(numbers) === 0 ? (
          <div role="status">
            <Alert type="success">{numbersText(job)}</Alert>
          </div>
        ) : (
          <div role="status">
            <StatusIndicator type={type}>
              <span className="words">{text}</span>
            </StatusIndicator>
          </div>
        )}
        {pause?.why === 'signIn' && (
          <Button onClick={() => void session.signIn().catch(() => {})}>{t('imports.signIn')}</Button>
        )}
        <KeyValuePairs
          columns={3}
          minColumnWidth={110}
          items={[
            { label: t('imports.numbers.all'), value: format.number(allRows(numbers)) },
            ...ROW_STATES.filter((each) => each !== 'leftOut' || numbers.leftOut > 0).map((each) => ({
              label: t(`imports.numbers.${each}`),
              value: format.number(numbers[each]),
            })),
          ]}
        />
        {state === 'running' && <Box color="text-body-secondary">{t('imports.goesOn')}</Box>}
        {state === 'done' && (
          <Link href="/customers" onFollow={follow}>
            {t('addCustomers.file.toList')}
          </Link>
        )}
      </SpaceBetween>
    </Container>
  );
}

/** A stored refusal as the error that it was. */
const problemOf = (problem: ProblemBody): ApiProblem => new ApiProblem(problem.status ?? 0, problem);

/** The rows that were refused or have to be corrected. They stay until the person corrects them or leaves them out. */
function RowsOf({ job }: { job: Import }) {
  const { t } = useTranslation();
  const imports = useImportDatabase();
  const format = useFormat();
  const { id, file, sheet, numbers } = job;
  const [rows, setRows] = useState<BadRow[]>([]);
  const [isLeavingOut, setLeavingOut] = useState(false);
  const addButton = useRef<ButtonProps.Ref>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the rows makes the job another object
  useEffect(() => {
    let isWanted = true;
    void imports.rowsToCorrect(id).then(
      (read) => isWanted && setRows(read),
      // The database was deleted: the person has signed out.
      () => {},
    );
    return () => {
      isWanted = false;
    };
  }, [imports, id, job]);
  const corrected = rows.flatMap(({ number, reasons }) => (reasons.length === 0 ? [number] : []));
  useKeepFocus(`rows ${rows.length > 0} ${corrected.length > 0}`);
  if (rows.length === 0) return null;
  return (
    <SpaceBetween size="m">
      <SpaceBetween direction="horizontal" size="xs">
        {corrected.length > 0 && (
          <Button ref={addButton} variant="primary" onClick={() => void imports.send(id, corrected)}>
            {t('imports.addCorrected', { count: corrected.length })}
          </Button>
        )}
        {numbers.refused > 0 && (
          <Button onClick={() => void imports.send(id)}>{t('imports.sendAgain', { count: numbers.refused })}</Button>
        )}
        <Button onClick={() => setLeavingOut(true)}>{t('imports.leaveOut')}</Button>
      </SpaceBetween>
      <RowsToCorrect
        // The same numbers as above, which keep the two kinds of rows apart.
        title={OPEN_STATES.filter((state) => numbers[state] > 0)
          .map((state) => `${t(`imports.numbers.${state}`)}:\u00a0${format.number(numbers[state])}`)
          .join(' · ')}
        rows={rows}
        spreadsheet={sheet}
        file={file}
        isAllThatIsLeft={numbers.waiting === 0}
        correct={(number, cell, value) => void imports.correct(id, number, correctRow(cell, value))}
        send={(number) => void imports.send(id, [number])}
        leaveOut={(number) => void imports.leaveOut(id, [number])}
        onCorrected={() => addButton.current?.focus()}
      />
      {isLeavingOut && (
        <Dialog
          title={t('imports.leaveOutTitle', { count: rows.length })}
          submitText={t('imports.leaveOut')}
          dangerous
          isRunning={false}
          problem={null}
          submit={() => {
            setLeavingOut(false);
            void imports.leaveOut(id);
          }}
          close={() => setLeavingOut(false)}
        >
          <Box>{t('imports.leaveOutText')}</Box>
        </Dialog>
      )}
    </SpaceBetween>
  );
}
