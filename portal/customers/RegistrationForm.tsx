import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQueryClient } from '@tanstack/react-query';
import { type ClipboardEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { getCustomer, MAX_IMPORT_ROWS } from '../../shared/contract/contract.ts';
import type { FieldError } from '../../shared/contract/problem.ts';
import { type ImportResult, sendRows } from '../../shared/import/sendRows.ts';
import { useClient, useRead } from '../api/useApi.ts';
import type { Language } from '../language/language.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { InboxLink } from '../shell/InboxLink.tsx';
import { useNotify } from '../shell/notifications.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { usePageLabel } from '../shell/programLabel.ts';
import { useIsHere } from '../shell/useIsHere.ts';
import { useKeepFocus } from '../shell/useKeepFocus.ts';
import { Added } from './Added.tsx';
import type { Customer } from './customerStatus.tsx';
import { answered, type FormRow, isTyped, newRow, sending, useFormDraft, withAgain } from './formDraft.ts';
import { pasted } from './pasted.ts';
import { RegistrationRow } from './RegistrationRow.tsx';
import { byField, type Draft, isEmpty, problemsOf, registrationOf } from './registration.ts';
import { useRowReason, useRowRefusal } from './rowReason.ts';

type Wrong = { errors: Record<string, FieldError>; refusal?: string };
const NOTHING_WRONG: Wrong = { errors: {} };
/** Of pasted rows, so many faults are shown at once. */
const MAX_SHOWN_FAULTS = 5;

/**
 * One or several customers in one form. Registered customers leave the form; refused ones stay, with the reason.
 *
 * @param isFirst whether the page was opened with the form, so that the person can type at once
 */
export function RegistrationForm({ isFirst }: { isFirst: boolean }) {
  const { t, i18n } = useTranslation();
  const call = useClient();
  const queries = useQueryClient();
  const notify = useNotify();
  const navigate = useNavigate();
  const label = usePageLabel();
  const refusalText = useRowRefusal();
  const reason = useRowReason();
  const [rows, changeRows] = useFormDraft();
  const [isLeaving, setLeaving] = useState(false);
  /** The row whose first field gets the focus when the row appears. */
  const [focused, setFocused] = useState(isFirst ? rows[0]?.id : undefined);
  const again = useInviteAgain((customer) => changeRows((before) => withAgain(before, customer)));
  const [wrong, setWrong] = useState<ReadonlyMap<string, Wrong>>(new Map());
  const [problem, setProblem] = useState<Error>();
  const [isRunning, setRunning] = useState(false);
  const running = useRef(false);
  const isHere = useIsHere();
  const form = useRef<HTMLDivElement>(null);
  /** Grows with each attempt that finds a fault: then the focus moves to the first fault. */
  const [faults, setFaults] = useState(0);
  useEffect(() => {
    if (faults > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [role="alert"] button')?.focus();
  }, [faults]);

  const change = useCallback(
    (id: string, draft: Draft) => {
      changeRows((before) => before.map((row) => (row.id === id ? { ...row, draft } : row)));
      // The messages were about the row before this change.
      setWrong((before) => (before.has(id) ? new Map([...before].filter(([each]) => each !== id)) : before));
    },
    [changeRows],
  );
  const remove = useCallback(
    (id: string) => void changeRows((before) => before.filter((row) => row.id !== id)),
    [changeRows],
  );
  useKeepFocus(rows.map(({ id }) => id).join());

  const paste = (event: ClipboardEvent) => {
    // This field takes several addresses itself.
    if (event.target instanceof HTMLInputElement && event.target.name === 'adminEmails') return;
    const table = pasted(event.clipboardData.getData('text/plain'));
    if (!table) return;
    event.preventDefault();
    const { drafts, unplaced, isPart, faults } = table;
    const kept = rows.filter(({ draft }) => !isEmpty(draft));
    const room = MAX_IMPORT_ROWS - kept.length;
    changeRows(() => [...kept, ...drafts.slice(0, room).map((draft) => newRow(draft))]);
    const leftOut = [
      ...(drafts.length > room ? [t('addCustomers.tooMany', { count: MAX_IMPORT_ROWS })] : []),
      ...(unplaced.length > 0 ? [t('addCustomers.pastedWithout', { columns: unplaced.join(', ') })] : []),
      ...(isPart ? [t('addCustomers.pastedPart')] : []),
      ...faults
        .slice(0, MAX_SHOWN_FAULTS)
        .map(([number, fault]) => t('addCustomers.pastedFault', { number, reason: reason(fault) })),
    ];
    if (leftOut.length > 0) notify({ type: 'warning', content: leftOut.join(' ') });
  };

  const submit = async () => {
    if (running.current) return;
    // Leave empty rows out. A form of empty rows sends the first, so that its faults are shown.
    const filled = rows.filter(
      ({ draft }, index) => !isEmpty(draft) || (index === 0 && rows.every((row) => isEmpty(row.draft))),
    );
    const found = new Map(
      filled
        .map(({ id, draft }) => [id, { errors: byField(problemsOf(registrationOf(draft))) }] as const)
        .filter(([, { errors }]) => Object.keys(errors).length > 0),
    );
    setWrong(found);
    setProblem(undefined);
    if (found.size > 0) return setFaults((count) => count + 1);

    running.current = true;
    setRunning(true);
    const sent = filled.map(sending);
    changeRows(() => sent);
    const results = new Map<FormRow, ImportResult>();
    try {
      const customers = sent.map(({ draft, sent: { key } }) => ({ ...registrationOf(draft), idempotencyKey: key }));
      const report = (answered: [number, ImportResult][]) => {
        for (const [index, result] of answered) results.set(sent[index] as FormRow, result);
      };
      // The language of the page is not part of a row: a row that is sent again after it has changed is recognised.
      await sendRows(call, customers, report, { language: i18n.language as Language });
    } catch (failure) {
      setProblem(failure as Error);
    }
    running.current = false;
    setRunning(false);
    finish(sent, results);
  };

  const finish = (sent: FormRow[], results: Map<FormRow, ImportResult>) => {
    const registered = sent.filter((row) => 'customer' in (results.get(row) ?? {}));
    const customers = [...results.values()].flatMap((result) => ('customer' in result ? result.customer : []));
    const isOf = (rows: Iterable<FormRow>, { id }: FormRow) => [...rows].some((each) => each.id === id);
    // Keep the rows that were added or corrected while the request ran.
    const left = changeRows((before) =>
      before.filter((row) => !isOf(registered, row)).map((row) => (isOf(results.keys(), row) ? answered(row) : row)),
    );
    setWrong(
      new Map(
        [...results].flatMap(([{ id, draft }, result]) => {
          // A row that was corrected meanwhile is not the row that was refused.
          if (!('problem' in result) || !left.some((row) => row.id === id && row.draft === draft)) return [];
          const { errors = [] } = result.problem;
          const fields = byField(errors);
          // If a field can't show all messages (one account breaks several rules), show the text of the refusal as well.
          const saysAll = errors.length > 0 && Object.keys(fields).length === errors.length;
          return [[id, { errors: fields, ...(!saysAll && { refusal: refusalText(result.problem) }) }] as const];
        }),
      ),
    );
    if (registered.length > 0) {
      notify({
        type: 'success',
        content: (
          <>
            <Added customers={customers} />{' '}
            <InboxLink to={registered.length === 1 ? registered[0]?.draft.email : undefined} />
          </>
        ),
        leadsTo: '/customers',
      });
      void queries.invalidateQueries();
    }
    if (left.some(({ draft }) => !isEmpty(draft))) setFaults((count) => count + 1);
    else if (isHere.current) void navigate('/customers');
  };

  const cancel = () => {
    if (rows.some(isTyped)) return setLeaving(true);
    drop();
  };
  const drop = () => {
    changeRows(() => []);
    void navigate('/customers');
  };

  const count = rows.filter(({ draft }) => !isEmpty(draft)).length;
  const refused = [...wrong.values()].some(({ refusal }) => refusal !== undefined);
  return (
    <div ref={form} onPaste={paste}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Form
          variant="embedded"
          {...(wrong.size > 0 && { errorText: t(refused ? 'addCustomers.someRefused' : 'addCustomers.someWrong') })}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" formAction="none" disabled={isRunning} onClick={cancel}>
                {t('cancel')}
              </Button>
              <Button variant="primary" loading={isRunning} loadingText={t('addCustomers.adding')}>
                {count > 1 ? t('addCustomers.submit', { count }) : t('addCustomers.submitOne')}
              </Button>
            </SpaceBetween>
          }
        >
          <SpaceBetween size="l">
            <Box color="text-body-secondary">{t('addCustomers.pasting')}</Box>
            <ProblemAlert problem={problem} title={t('addCustomers.notSent')} />
            <ProblemAlert problem={again.problem} title={t('addCustomers.againNotRead')} retry={again.retry} />
            {rows.map(({ id, draft }, index) => {
              const { errors, refusal } = wrong.get(id) ?? NOTHING_WRONG;
              return (
                <RegistrationRow
                  key={id}
                  id={id}
                  number={index + 1}
                  draft={draft}
                  errors={errors}
                  refusal={refusal}
                  isFocused={id === focused}
                  change={change}
                  remove={rows.length > 1 ? remove : undefined}
                />
              );
            })}
            <Button
              formAction="none"
              iconName="add-plus"
              disabled={rows.length >= MAX_IMPORT_ROWS}
              onClick={() => {
                const row = newRow();
                setFocused(row.id);
                changeRows((before) => [...before, row]);
              }}
            >
              {label('nextCustomer', t('addCustomers.another'))}
            </Button>
          </SpaceBetween>
        </Form>
      </form>
      {isLeaving && (
        <Dialog
          title={t('addCustomers.dropTitle')}
          submitText={t('addCustomers.drop')}
          closeText={t('addCustomers.keep')}
          isRunning={false}
          problem={null}
          submit={drop}
          close={() => setLeaving(false)}
        >
          <Box>{t('addCustomers.dropText')}</Box>
        </Dialog>
      )}
    </div>
  );
}

/** Reads the customer of the address (`?again=<id>`), which is invited again, and hands it over once. */
function useInviteAgain(fill: (customer: Customer) => void) {
  const [asked] = useSearchParams();
  const navigate = useNavigate();
  const customerId = asked.get('again') ?? '';
  const { data, error, refetch } = useRead(getCustomer, { path: { customerId } }, { enabled: customerId !== '' });
  const newest = useRef(fill);
  newest.current = fill;
  useEffect(() => {
    if (!data || !('version' in data)) return;
    newest.current(data);
    // The row is in the draft now. A reload must not add it again after the person has removed it.
    void navigate('/customers/add', { replace: true });
  }, [data, navigate]);
  return { problem: customerId === '' ? null : error, retry: () => void refetch() };
}
