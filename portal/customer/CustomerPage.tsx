import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { Navigate, useParams } from 'react-router';
import { activateCustomer, getAccess, getCustomer, listClouds, listEvents } from '../../shared/contract/contract.ts';
import { useAction, useRead, useReadPages } from '../api/useApi.ts';
import type { Customer } from '../customers/customerStatus.tsx';
import { may as mayOnPartner, useMe } from '../shell/me.ts';
import { useNotify } from '../shell/notifications.tsx';
import { Page } from '../shell/Page.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { useKeepFocus } from '../shell/useKeepFocus.ts';
import { Waiting } from '../shell/Waiting.tsx';
import { Access } from './Access.tsx';
import { Clouds } from './Clouds.tsx';
import { DeleteCustomer } from './DeleteCustomer.tsx';
import { Details, type Editing } from './Details.tsx';
import { useIsEditBegun } from './EditDetails.tsx';
import { Gone } from './Gone.tsx';
import { History } from './History.tsx';
import { Invited } from './Invited.tsx';
import { type MayOn, mayOn } from './mayOn.ts';
import { Neighbours, useListPlace } from './Neighbours.tsx';
import { nextStep } from './nextStep.ts';
import { StatusSection } from './StatusSection.tsx';
import { SuspendCustomer } from './SuspendCustomer.tsx';
import { useBindings } from './useBindings.ts';

/** How often the page reads the customer again while it waits for someone's answer. */
const FOLLOW_MS = 15_000;

const isWaiting = ({ status }: { status: Customer['status'] }) =>
  status === 'VERIFICATION_REQUIRED' || status === 'APPROVAL_REQUIRED';

/** The page of one customer. */
export function CustomerPage() {
  const { customerId = '' } = useParams();
  const [isDeleted, setDeleted] = useState(false);
  const place = useListPlace();
  if (isDeleted) return <Navigate to={place?.href ?? '/customers'} replace />;
  // Shows the list at once: the deleted customer must not be read again.
  const leave = () => flushSync(() => setDeleted(true));
  // `key`: another customer starts with a new page and its own state.
  return <CustomerOf key={customerId} customerId={customerId} leave={leave} />;
}

function CustomerOf({ customerId, leave }: { customerId: string; leave: () => void }) {
  const { t } = useTranslation();
  const [follows, setFollows] = useState(false);
  const path = { customerId };
  const { data, error, refetch } = useRead(getCustomer, { path }, { refetchInterval: follows && FOLLOW_MS });
  const waits = data !== undefined && error?.code !== 'CUSTOMER_NOT_FOUND' && isWaiting(data);
  useEffect(() => setFollows(waits), [waits]);

  if (error?.code === 'CUSTOMER_NOT_FOUND') return <Gone />;
  if (!data && error)
    return (
      <Page title={t('customer.notRead')}>
        <ProblemAlert problem={error} retry={() => void refetch()} />
      </Page>
    );
  if (!data) return <Waiting text={t('loading')} />;
  if (!('version' in data)) return <Invited invitation={data} />;
  const reload = async () => {
    const { data: now, isError } = await refetch();
    return isError || !now || !('version' in now) ? undefined : now;
  };
  return <Viewed customer={data} error={error} reload={reload} leave={leave} />;
}

type ViewedProps = {
  customer: Customer;
  error: Error | null;
  reload: () => Promise<Customer | undefined>;
  /** Leaves the page after the customer was deleted. */
  leave: () => void;
};

/** The page for a person who may view the customer. */
function Viewed({ customer, error, reload, leave }: ViewedProps) {
  const { t } = useTranslation();
  const me = useMe();
  const queries = useQueryClient();
  const { id: customerId, name, status, version } = customer;
  useKeepFocus(status);
  const path = { customerId };

  const { bindings, isComplete, error: accessError, retry } = useBindings(customerId);
  const { pages: eventPages, ...events } = useReadPages(listEvents, { path, query: { order: 'desc' } });

  // Each change of the customer, on this page or elsewhere, makes a new version: read the lists about it again.
  const shown = useRef(version);
  useEffect(() => {
    if (shown.current === version) return;
    shown.current = version;
    // A read that has begun, as after an action, is new enough.
    for (const { name: list } of [listEvents, listClouds, getAccess])
      void queries.invalidateQueries({ queryKey: [list] }, { cancelRefetch: false });
  }, [version, queries]);

  const history = eventPages.flatMap((page) => page.events);
  const confirmed = history.some(({ type }) => type === 'InvitationAccepted');
  const may = mayOn(me, customer, bindings, confirmed);
  const isBegun = useIsEditBegun(customerId) && (may.changeName || may.changeDetails);
  const place = useListPlace();
  const [editing, setEditing] = useState<Editing | undefined>(isBegun ? {} : undefined);
  return (
    <Page
      title={name}
      description={customerId}
      above={
        mayOnPartner(me, 'listCustomers')
          ? [{ text: t('customers.title'), href: place?.href ?? '/customers' }]
          : [{ text: t('navigation.myInvitations'), href: '/my/invitations' }]
      }
      actions={<Actions customer={customer} may={may} leave={leave} />}
    >
      <SpaceBetween size="l">
        <ProblemAlert problem={error} title={t('customer.outdated')} retry={() => void reload()} />
        <StatusSection
          customer={customer}
          may={may}
          next={nextStep(customer, confirmed, may)}
          changeEmail={() => setEditing({ first: 'email' })}
        />
        <Details customer={customer} may={may} editing={editing} edit={setEditing} reload={reload} />
        <Clouds customer={customer} may={may} />
        <Access
          customer={customer}
          bindings={bindings}
          isComplete={isComplete}
          error={accessError}
          retry={retry}
          giveRoles={may.giveRoles}
        />
        <History events={history} read={events} />
      </SpaceBetween>
    </Page>
  );
}

/** The buttons for the customer as a whole. */
function Actions({ customer, may, leave }: { customer: Customer; may: MayOn; leave: () => void }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const [open, setOpen] = useState<'suspend' | 'delete'>();
  const close = () => setOpen(undefined);
  // Behind a menu: nobody presses these by mistake.
  const dangerous = [
    ...(may.suspend ? [{ id: 'suspend', text: t('customer.suspend'), iconName: 'status-stopped' as const }] : []),
    ...(may.remove ? [{ id: 'delete', text: t('customer.delete'), iconName: 'remove' as const }] : []),
  ];
  const activate = useAction(activateCustomer, () => notify({ type: 'success', content: t('customer.activated') }));
  return (
    <SpaceBetween size="xs">
      <SpaceBetween direction="horizontal" size="xs">
        <Neighbours customerId={customer.id} />
        {dangerous.length > 0 && (
          <ButtonDropdown items={dangerous} onItemClick={({ detail }) => setOpen(detail.id as typeof open)}>
            {t('customer.actions')}
          </ButtonDropdown>
        )}
        {may.activate && (
          <Button
            variant="primary"
            loading={activate.isRunning}
            onClick={() => void activate.run({ path: { customerId: customer.id } })}
          >
            {t('customer.activate')}
          </Button>
        )}
      </SpaceBetween>
      <ProblemAlert problem={activate.problem} dismiss={activate.reset} />
      {open === 'suspend' && <SuspendCustomer customer={customer} close={close} />}
      {open === 'delete' && <DeleteCustomer customer={customer} close={close} leave={leave} />}
    </SpaceBetween>
  );
}
