import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type * as z from 'zod/mini';
import {
  type cloud as cloudSchema,
  createCloud,
  type customer as customerSchema,
  linkCloud,
  listClouds,
  unlinkCloud,
} from '../../shared/contract/contract.ts';
import { fold } from '../../shared/table/fold.ts';
import { useAction, useReadOn, useReadPages } from '../api/useApi.ts';
import { useFormat } from '../language/format.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { DANGEROUS } from '../shell/dangerous.ts';
import { useConfig } from '../shell/me.ts';
import { useNotify } from '../shell/notifications.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { useKeepFocus } from '../shell/useKeepFocus.ts';
import { CopyId } from './CopyId.tsx';
import { CreateCloud } from './CreateCloud.tsx';
import { consoleAddress } from './consoleAddress.ts';
import { distinctName } from './distinctName.ts';
import { LinkCloud } from './LinkCloud.tsx';
import type { MayOn } from './mayOn.ts';

type Cloud = z.output<typeof cloudSchema>;

/** The rows of a page of the table. */
const CLOUDS_AT_ONCE = 10;

type CloudsProps = {
  /** The customer, as its partner or its own people read it. */
  customer: Pick<z.output<typeof customerSchema>, 'id' | 'status' | 'organization'>;
  may: MayOn;
};

/** The clouds that are billed to a customer's subaccount. Creates, links and unlinks them. */
export function Clouds({
  customer,
  may: { createCloud: mayCreate, linkCloud: mayLink, isUnpaid, isContact },
}: CloudsProps) {
  const { id: customerId, status, organization } = customer;
  const { t } = useTranslation();
  const format = useFormat();
  const notify = useNotify();
  const { cloud: consoleUrl } = useConfig().consoleUrls;
  const path = { customerId };
  const read = useReadPages(listClouds, { path });
  const { pages, error, isPending, hasNextPage, isFetchingNextPage, refetch } = read;
  const [open, setOpen] = useState<'create' | 'link' | Cloud>();
  const close = () => setOpen(undefined);
  // The actions outlive their dialogs: a retry after a lost answer has the same Idempotency-Key.
  const create = useAction(createCloud, ({ name }) => {
    close();
    notify({ type: 'success', content: t('clouds.createdNow', { name }) });
  });
  const link = useAction(linkCloud, ({ name, warning }) => {
    close();
    notify(
      warning
        ? { type: 'warning', content: t('clouds.linkedWithCharges', { name }) }
        : { type: 'success', content: t('clouds.linkedNow', { name }) },
    );
  });
  const unlink = useAction(unlinkCloud, (_, { path: { cloudId } }) => {
    close();
    notify({ type: 'success', content: t('clouds.isUnlinked', { id: cloudId }) });
  });
  const show = (what: typeof open) => {
    for (const action of [create, link, unlink]) action.reset();
    setOpen(what);
  };

  const clouds = pages.flatMap((page) => page.clouds);
  useKeepFocus(isPending ? '' : clouds.map(({ id }) => id).join());
  const isActive = status === 'ACTIVE' && organization !== null;
  const unpaid = isUnpaid && { disabled: true, disabledReason: t('clouds.notPaid') };
  const mayUnlink = mayLink && (status === 'ACTIVE' || status === 'SUSPENDED');
  const isUnlinkable = ({ origin }: Cloud) => mayUnlink && (origin === 'LINKED' || isContact);
  const nameOf = (cloud: Cloud) => distinctName(clouds, cloud);

  const [typed, setTyped] = useState('');
  const [pageIndex, setPageIndex] = useState(1);
  const sought = fold(typed.trim());
  const found = clouds.filter(({ id, name }) => fold(name).includes(sought) || fold(id).includes(sought));
  const pagesCount = Math.max(1, Math.ceil(found.length / CLOUDS_AT_ONCE));
  const current = Math.min(pageIndex, pagesCount);
  // A search looks at all clouds, and a page of the table is full.
  useReadOn(read, sought === '' && found.length >= pageIndex * CLOUDS_AT_ONCE);

  const columns: (TableProps.ColumnDefinition<Cloud> | false)[] = [
    {
      id: 'name',
      header: t('clouds.columns.name'),
      isRowHeader: true,
      minWidth: 140,
      cell: ({ name, warning }) => (
        <>
          {name}
          {warning && (
            <Box color="text-status-warning" fontSize="body-s">
              {t('clouds.charges')}
            </Box>
          )}
        </>
      ),
    },
    { id: 'id', header: t('clouds.columns.id'), minWidth: 260, cell: ({ id }) => <CopyId id={id} /> },
    {
      id: 'since',
      header: t('clouds.columns.since'),
      minWidth: 170,
      cell: ({ origin, createdAt }) =>
        t(origin === 'CREATED' ? 'clouds.created' : 'clouds.linked', { date: format.date(createdAt) }),
    },
    consoleUrl !== undefined && {
      id: 'console',
      header: t('clouds.columns.console'),
      minWidth: 110,
      cell: (cloud) => (
        <Link
          external
          href={consoleAddress(consoleUrl, { cloudId: cloud.id, organizationId: cloud.organizationId })}
          ariaLabel={t('clouds.openNamed', { name: nameOf(cloud) })}
        >
          {t('clouds.open')}
        </Link>
      ),
    },
    clouds.some(isUnlinkable) && {
      id: 'actions',
      header: t('clouds.columns.actions'),
      minWidth: 150,
      cell: (cloud) =>
        isUnlinkable(cloud) && (
          <Button
            style={DANGEROUS}
            wrapText={false}
            ariaLabel={t('clouds.unlinkNamed', { name: nameOf(cloud) })}
            onClick={() => show(cloud)}
          >
            {t('clouds.unlink')}
          </Button>
        ),
    },
  ];
  return (
    <>
      <Table<Cloud>
        variant="container"
        trackBy="id"
        items={found.slice((current - 1) * CLOUDS_AT_ONCE, current * CLOUDS_AT_ONCE)}
        columnDefinitions={columns.filter((column) => column !== false)}
        loading={!error && (isPending || (found.length === 0 && hasNextPage))}
        loadingText={t('loading')}
        wrapLines
        ariaLabels={{ tableLabel: t('clouds.title') }}
        renderAriaLive={() => t('clouds.found', { count: found.length })}
        header={
          <SpaceBetween size="m">
            <Header
              description={t(isContact ? 'clouds.textOfContact' : 'clouds.text')}
              actions={
                isActive && (
                  <SpaceBetween direction="horizontal" size="xs">
                    {mayLink && (
                      <Button {...unpaid} onClick={() => show('link')}>
                        {t('clouds.link')}
                      </Button>
                    )}
                    {mayCreate && (
                      <Button {...unpaid} onClick={() => show('create')}>
                        {t('clouds.create')}
                      </Button>
                    )}
                  </SpaceBetween>
                )
              }
            >
              {t('clouds.title')}
            </Header>
            <ProblemAlert problem={error} title={t('clouds.notRead')} retry={() => void refetch()} />
          </SpaceBetween>
        }
        filter={
          clouds.length > 0 && (
            <TextFilter
              filteringText={typed}
              filteringPlaceholder={t('clouds.search')}
              filteringAriaLabel={t('clouds.search')}
              onChange={({ detail }) => {
                setTyped(detail.filteringText);
                setPageIndex(1);
              }}
            />
          )
        }
        pagination={
          (pagesCount > 1 || (hasNextPage && sought === '')) && (
            <Pagination
              currentPageIndex={current}
              pagesCount={pagesCount}
              openEnd={hasNextPage}
              disabled={isFetchingNextPage}
              onChange={({ detail }) => setPageIndex(detail.currentPageIndex)}
            />
          )
        }
        // If the list can't be read, only the error is shown.
        empty={
          pages.length > 0 && (
            <Box textAlign="center" padding="s">
              {clouds.length > 0 ? (
                <SpaceBetween size="s">
                  <Box fontWeight="bold">{t('clouds.noMatch')}</Box>
                  <Button onClick={() => setTyped('')}>{t('clouds.clear')}</Button>
                </SpaceBetween>
              ) : (
                <>
                  <Box fontWeight="bold">{t('clouds.none')}</Box>
                  {!isActive && <Box>{t('clouds.notActive')}</Box>}
                  {isActive && !isUnpaid && (mayCreate || mayLink) && (
                    <Box>{t(isContact ? 'clouds.noneTextOfContact' : 'clouds.noneText')}</Box>
                  )}
                </>
              )}
            </Box>
          )
        }
      />
      {open === 'create' && organization && (
        <CreateCloud
          organization={organization.name}
          isRunning={create.isRunning}
          problem={create.problem}
          create={(name) => void create.run({ path, body: { name } })}
          close={close}
        />
      )}
      {open === 'link' && (
        <LinkCloud
          customerId={customerId}
          isContact={isContact}
          isRunning={link.isRunning}
          problem={link.problem}
          link={(cloudId) => void link.run({ path, body: { cloudId } })}
          close={close}
        />
      )}
      {typeof open === 'object' && (
        <Dialog
          dangerous
          title={t('clouds.unlinkNamed', { name: open.name })}
          submitText={t('clouds.unlink')}
          isRunning={unlink.isRunning}
          problem={unlink.problem}
          submit={() => void unlink.run({ path: { customerId, cloudId: open.id } })}
          close={close}
        >
          <Box>{t('clouds.unlinkText')}</Box>
        </Dialog>
      )}
    </>
  );
}
