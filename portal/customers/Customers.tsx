import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Pagination from '@cloudscape-design/components/pagination';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { startTransition, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useNavigationType } from 'react-router';
import type { Answer, Input } from '../../shared/client/client.ts';
import { listCustomers } from '../../shared/contract/contract.ts';
import { STATUSES } from '../../shared/contract/vocabulary.ts';
import { useClient, useRead } from '../api/useApi.ts';
import type { PortalConfig } from '../config.ts';
import { part } from '../part.tsx';
import { may, useConfig, useMe } from '../shell/me.ts';
import { Page } from '../shell/Page.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { usePageLabel } from '../shell/programLabel.ts';
import { useFollow } from '../shell/useFollow.ts';
import { useIsHere } from '../shell/useIsHere.ts';
import { useIsShort } from '../shell/useIsShort.ts';
import { useStored } from '../stored.ts';
import { COLUMNS, DEFAULT_DISPLAY, useCustomerColumns } from './customerColumns.tsx';
import { type Customer, type Status, useStatusLabel } from './customerStatus.tsx';
import type { Preferences } from './ListPreferences.tsx';
import { useListAddress } from './listAddress.ts';

// Loaded later: the list itself doesn't need them. They are opened in a transition: the list stays until they are loaded.
const ListPreferences = part(async () => (await import('./ListPreferences.tsx')).ListPreferences);
const ResendDialog = part(async () => (await import('./ResendDialog.tsx')).ResendDialog);

/** How often the open list is read again: statuses and deliveries change without the person's doing. */
const REFRESH_MS = 30_000;
/** How often while a mail is being sent: most are sent within a second. An older one may wait for hours, and doesn't count. */
const SENDING_MS = 2_000;

/** The milliseconds until the list is read again. */
function refreshOf(list: Answer<typeof listCustomers> | undefined): number {
  const isLeaving = ({ delivery }: Customer) =>
    delivery?.status === 'QUEUED' && Date.now() - Date.parse(delivery.at) < REFRESH_MS;
  return list?.customers.some(isLeaving) ? SENDING_MS : REFRESH_MS;
}

const OF_APPROVAL: readonly Status[] = ['APPROVAL_REQUIRED', 'REJECTED'];

const PREFERENCES: Preferences = { pageSize: 20, wrapLines: true, display: DEFAULT_DISPLAY };

const isPreferences = (value: unknown): boolean => {
  const { pageSize, display } = value as Partial<Preferences>;
  return Number.isInteger(pageSize) && COLUMNS.every((column) => display?.some(({ id }) => id === column));
};

/** Whether an invitation can be sent again, by the data of the list. */
const isResendable = ({ status, email }: Customer) =>
  email !== null && (status === 'VERIFICATION_REQUIRED' || status === 'EXPIRED');

/** The list of customers. */
export function Customers() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const follow = useFollow();
  const { filter, setFilter, pageIndex, pageToken, tokens, before, href, openPage, restart } = useListAddress();
  const [preferences, setPreferences] = useStored('customers', PREFERENCES, isPreferences);
  const [selected, setSelected] = useState<readonly Customer[]>([]);
  const [isPreferring, setPreferring] = useState(false);
  const [resending, setResending] = useState<readonly Customer[]>();
  const isShort = useIsShort();
  const { data, error, isPending, isFetching, isPlaceholderData, refetch } = useRead(
    listCustomers,
    { query: { ...filter, pageToken, pageSize: String(preferences.pageSize) } },
    { keepPrevious: true, refetchInterval: refreshOf },
  );
  const customers = data?.customers ?? [];
  const nextPageToken = isPlaceholderData ? undefined : data?.nextPageToken;
  const columns = useCustomerColumns({
    href,
    filter,
    pageSize: preferences.pageSize,
    before,
    pages: [{ ...(pageToken !== undefined && { token: pageToken }), ids: customers.map(({ id }) => id) }],
    ...(nextPageToken !== undefined && { after: nextPageToken }),
  });
  const seek = useSeek({ ...filter, pageSize: String(preferences.pageSize) });
  const turnTo = async (index: number) => {
    const known = [...tokens, nextPageToken];
    if (index === 1 || known[index - 2] !== undefined) return openPage(index, known);
    const found = await seek.run(index);
    if (found) openPage(found.length + 1, found);
  };
  // The token in the address was made for another list, as before a change of the filter by hand.
  const isLost = error?.code === 'PAGE_TOKEN_INVALID' && pageToken !== undefined;
  useEffect(() => {
    if (isLost) restart();
  });
  const isFiltered = filter.status !== undefined || filter.query !== undefined;
  const mayResend = may(me, 'resendInvite');
  const mayAdd = may(me, 'createCustomer');

  // Only customers on the page that is shown can be selected.
  const page = JSON.stringify([filter, pageToken]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is what it depends on
  useEffect(() => setSelected([]), [page]);

  const preferencesButton = (
    <Button
      variant="icon"
      iconName="settings"
      ariaLabel={t('customers.preferences')}
      onClick={() => startTransition(() => setPreferring(true))}
    />
  );
  const addCustomer = usePageLabel()('addCustomer', t('customers.add'));
  const add = (
    <Button variant="primary" href="/customers/add" onFollow={follow}>
      {addCustomer}
    </Button>
  );
  return (
    <Page
      title={t('customers.title')}
      description={t('customers.description')}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button
            iconName="refresh"
            ariaLabel={t('customers.refresh')}
            loading={isFetching && !isPending}
            onClick={() => void refetch()}
          />
          {mayResend && (
            <Button
              disabled={selected.length === 0}
              disabledReason={t('resend.select')}
              // The customers as they are now, which may be newer than the selection.
              onClick={() =>
                startTransition(() =>
                  setResending(customers.filter(({ id }) => selected.some((each) => each.id === id))),
                )
              }
            >
              {t('resend.button')}
            </Button>
          )}
          {mayAdd && (
            <Button href="/customers/imports" onFollow={follow}>
              {t('imports.title')}
            </Button>
          )}
          {mayAdd && add}
        </SpaceBetween>
      }
    >
      <SpaceBetween size="m">
        {me.partner?.paid === false && <Alert type="warning">{t('customers.notPaid')}</Alert>}
        {!isLost && <ProblemAlert problem={error} title={t('customers.notRead')} retry={() => void refetch()} />}
        <ProblemAlert problem={seek.problem} title={t('customers.notRead')} />
        <Table<Customer>
          variant="container"
          stickyHeader={!isShort}
          trackBy="id"
          items={customers}
          columnDefinitions={columns}
          columnDisplay={preferences.display}
          wrapLines={preferences.wrapLines}
          loading={isPending}
          loadingText={t('loading')}
          resizableColumns={false}
          {...(mayResend && {
            selectionType: 'multi' as const,
            selectedItems: selected,
            onSelectionChange: ({ detail }) => setSelected(detail.selectedItems),
            isItemDisabled: (customer: Customer) => !isResendable(customer),
          })}
          ariaLabels={{
            tableLabel: t('customers.title'),
            selectionGroupLabel: t('customers.selection'),
            allItemsSelectionLabel: () => t('customers.selectAll'),
            itemSelectionLabel: (_, { name }) => t('customers.select', { name }),
          }}
          renderAriaLive={({ visibleItemsCount }) => t('customers.shown', { count: visibleItemsCount ?? 0 })}
          filter={<Filters filter={filter} setFilter={setFilter} />}
          pagination={
            <Pagination
              currentPageIndex={pageIndex}
              pagesCount={pageIndex + (nextPageToken === undefined ? 0 : 1)}
              openEnd={nextPageToken !== undefined}
              disabled={isPlaceholderData || seek.isRunning}
              onChange={({ detail }) => void turnTo(detail.currentPageIndex)}
            />
          }
          preferences={
            isPreferring ? (
              <ListPreferences
                preferences={preferences}
                change={(chosen) => {
                  setPreferences(chosen);
                  if (chosen.pageSize !== preferences.pageSize) restart();
                }}
              />
            ) : (
              preferencesButton
            )
          }
          // If the list can't be read, only the error is shown.
          empty={
            data && (
              <Box textAlign="center" padding="l">
                {nextPageToken !== undefined ? (
                  <SpaceBetween size="s">
                    <Box>{t('customers.noneYet')}</Box>
                    <Button onClick={() => void turnTo(pageIndex + 1)}>{t('customers.goOn')}</Button>
                  </SpaceBetween>
                ) : isFiltered ? (
                  <SpaceBetween size="s">
                    <Box fontWeight="bold">{t('customers.noMatch')}</Box>
                    <Box>{t('customers.noMatchText')}</Box>
                    <Button onClick={() => setFilter({})}>{t('customers.clear')}</Button>
                  </SpaceBetween>
                ) : (
                  <SpaceBetween size="s">
                    <Box fontWeight="bold">{t('customers.none')}</Box>
                    <Box>{t(mayAdd ? 'customers.noneText' : 'customers.noneTextViewer')}</Box>
                    {mayAdd && <Button onClick={() => void navigate('/customers/add')}>{addCustomer}</Button>}
                  </SpaceBetween>
                )}
              </Box>
            )
          }
        />
      </SpaceBetween>
      {resending && (
        <ResendDialog
          customers={resending}
          close={() => {
            setResending(undefined);
            setSelected([]);
          }}
        />
      )}
    </Page>
  );
}

/** Finds the tokens of the pages up to a page, for an address that was opened elsewhere: each page has the token of the next one. */
function useSeek(list: Input<typeof listCustomers>['query'] & object) {
  const call = useClient();
  const [isRunning, setRunning] = useState(false);
  const [problem, setProblem] = useState<Error>();
  const isHere = useIsHere();
  const run = async (index: number): Promise<string[] | undefined> => {
    setRunning(true);
    setProblem(undefined);
    const tokens: string[] = [];
    try {
      while (tokens.length < index - 1) {
        const pageToken = tokens.at(-1);
        const { nextPageToken } = await call(listCustomers, { query: { ...list, ...(pageToken && { pageToken }) } });
        // The list has become shorter.
        if (nextPageToken === undefined || !isHere.current) break;
        tokens.push(nextPageToken);
      }
      return isHere.current ? tokens : undefined;
    } catch (failure) {
      setProblem(failure as Error);
      return undefined;
    } finally {
      setRunning(false);
    }
  };
  return { run, isRunning, problem };
}

type FiltersProps = ReturnType<typeof useListAddress>;

/** Only the program with approval has customers that wait for it, or were rejected. A status of the address stays in any case. */
const statusesOf = (providerApproval: PortalConfig['providerApproval'], asked: Status | undefined) =>
  STATUSES.filter((each) => providerApproval !== 'NEVER' || !OF_APPROVAL.includes(each) || each === asked);

function Filters({ filter, setFilter }: Pick<FiltersProps, 'filter' | 'setFilter'>) {
  const { t } = useTranslation();
  const label = useStatusLabel();
  const { providerApproval } = useConfig();
  const { status, query: asked = '' } = filter;
  const [typed, setTyped] = useState(asked);
  const sent = useRef(asked);
  const isHere = useIsHere();
  const navigation = useNavigationType();
  // Set from outside: by going back, or by clearing the filter. An own search comes back here later, and must not undo newer letters.
  useEffect(() => {
    if (navigation !== 'POP' && (asked !== '' || sent.current === '')) return;
    sent.current = asked;
    setTyped(asked);
  }, [asked, navigation]);
  const all = { value: '', label: t('customers.allStatuses') };
  const options = [all, ...statusesOf(providerApproval, status).map((each) => ({ value: each, label: label(each) }))];
  const withQuery = (query: string) => ({ ...(status && { status }), ...(query.trim() !== '' && { query }) });
  return (
    <div className="filters">
      <TextFilter
        filteringText={typed}
        filteringPlaceholder={t('customers.search')}
        filteringAriaLabel={t('customers.search')}
        onChange={({ detail }) => setTyped(detail.filteringText)}
        onDelayedChange={({ detail }) => {
          // The search runs a moment after the last letter: the person may have left the list.
          if (!isHere.current) return;
          const next = withQuery(detail.filteringText);
          sent.current = next.query ?? '';
          setFilter(next, filter.query !== undefined);
        }}
      />
      <Select
        selectedOption={options.find(({ value }) => value === (status ?? '')) ?? all}
        options={options}
        ariaLabel={t('customers.columns.status')}
        onChange={({ detail }) => {
          const chosen = detail.selectedOption.value as Status | '';
          const { query } = withQuery(typed);
          sent.current = query ?? '';
          setFilter({ ...(chosen !== '' && { status: chosen }), ...(query !== undefined && { query }) });
        }}
      />
    </div>
  );
}
