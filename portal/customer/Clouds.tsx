import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
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
import { useAction, useReadPages } from '../api/useApi.ts';
import { useFormat } from '../language/format.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { useNotify } from '../shell/notifications.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { Rows } from '../shell/Rows.tsx';
import { useKeepFocus } from '../shell/useKeepFocus.ts';
import { Waiting } from '../shell/Waiting.tsx';
import { CreateCloud } from './CreateCloud.tsx';
import { LinkCloud } from './LinkCloud.tsx';
import type { MayOn } from './mayOn.ts';

type Cloud = z.output<typeof cloudSchema>;

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
  const path = { customerId };
  const { pages, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useReadPages(
    listClouds,
    { path },
  );
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
  return (
    <Container
      header={
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
      }
    >
      <SpaceBetween size="m">
        <ProblemAlert problem={error} title={t('clouds.notRead')} retry={() => void refetch()} />
        {isPending && !error && <Waiting text={t('loading')} />}
        {pages.length > 0 && clouds.length === 0 && (
          <div>
            <Box fontWeight="bold">{t('clouds.none')}</Box>
            {!isActive && <Box>{t('clouds.notActive')}</Box>}
            {isActive && !isUnpaid && (mayCreate || mayLink) && (
              <Box>{t(isContact ? 'clouds.noneTextOfContact' : 'clouds.noneText')}</Box>
            )}
          </div>
        )}
        {clouds.length > 0 && (
          <Rows
            label={t('clouds.title')}
            rows={clouds.map((cloud) => ({
              id: cloud.id,
              content: (
                <>
                  <Box fontWeight="bold">{cloud.name}</Box>
                  <Box color="text-body-secondary" fontSize="body-s">
                    {t(cloud.origin === 'CREATED' ? 'clouds.created' : 'clouds.linked', {
                      date: format.date(cloud.createdAt),
                    })}
                    {' · '}
                    {cloud.id}
                  </Box>
                  {cloud.warning && <Box color="text-status-warning">{t('clouds.charges')}</Box>}
                </>
              ),
              action: mayUnlink && (cloud.origin === 'LINKED' || isContact) && (
                <Button ariaLabel={t('clouds.unlinkNamed', { name: cloud.name })} onClick={() => show(cloud)}>
                  {t('clouds.unlink')}
                </Button>
              ),
            }))}
          />
        )}
        {hasNextPage && (
          <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('clouds.more')}
          </Button>
        )}
      </SpaceBetween>
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
    </Container>
  );
}
