import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import type { Answer as AnswerOf } from '../../shared/client/client.ts';
import { getCustomer, listMyCustomers } from '../../shared/contract/contract.ts';
import { useRead, useReadOn, useReadPages } from '../api/useApi.ts';
import { Clouds } from '../customer/Clouds.tsx';
import { CopyId } from '../customer/CopyId.tsx';
import type { Editing } from '../customer/Details.tsx';
import { EditDetails, useIsEditBegun } from '../customer/EditDetails.tsx';
import { mayOn } from '../customer/mayOn.ts';
import { useBindings } from '../customer/useBindings.ts';
import { type Customer, CustomerStatus } from '../customers/customerStatus.tsx';
import { useFormat } from '../language/format.ts';
import { useConfig, useMe } from '../shell/me.ts';
import { useNotify } from '../shell/notifications.tsx';
import { OtherAccount } from '../shell/OtherAccount.tsx';
import { Page } from '../shell/Page.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { useFocusAfter } from '../shell/useFocusAfter.ts';
import { useFollow } from '../shell/useFollow.ts';
import { useKeepFocus } from '../shell/useKeepFocus.ts';
import { Waiting } from '../shell/Waiting.tsx';
import { answerPage } from '../signIn/confirmIntent.ts';
import { useSession } from '../signIn/SignedIn.tsx';
import { Answer } from './Answer.tsx';
import { AllowInvitations } from './BlockedPartners.tsx';
import { ChangeName } from './ChangeName.tsx';

/** How often the page reads the customer again while it waits for the provider's decision. */
const FOLLOW_MS = 15_000;

type Either = AnswerOf<typeof getCustomer>;

/** Whether the person may view the whole customer, as the administrator of an active one does, and not just the invitation. */
const isViewed = (customer: Either): customer is Customer => 'version' in customer;

/** A customer's page for its own people: who invites, the answer, and the clouds afterwards. */
export function MyInvitation() {
  const { customerId = '' } = useParams();
  // `key`: another customer starts with a new page and its own state.
  return <InvitationOf key={customerId} customerId={customerId} />;
}

function InvitationOf({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const me = useMe();
  const session = useSession();
  const [follows, setFollows] = useState(false);
  // The intent to confirm ends when the page is left, as after a failed read.
  useEffect(() => () => void session.takeIntent(customerId), [session, customerId]);
  const read = useRead(getCustomer, { path: { customerId } }, { refetchInterval: follows && FOLLOW_MS });
  const { data, error, refetch } = read;
  const waits = data?.status === 'APPROVAL_REQUIRED' && !error;
  useEffect(() => setFollows(waits), [waits]);
  useKeepFocus(data?.status ?? '');

  // A person who may view the whole customer doesn't get its partner's name there: take it from the list.
  const isHidden = data !== undefined && isViewed(data);
  const list = useReadPages(listMyCustomers, {}, { enabled: isHidden });
  const listed = list.pages.flatMap((page) => page.customers).find(({ id }) => id === customerId);
  useReadOn(list, listed !== undefined);

  if (error?.code === 'CUSTOMER_NOT_FOUND') return <NoInvitation customerId={customerId} />;
  if (!data && error)
    return (
      <Page title={t('myInvitations.one.notRead')}>
        <ProblemAlert problem={error} retry={() => void refetch()} />
      </Page>
    );
  if (!data) return <Waiting text={t('loading')} />;
  if (!isViewed(data)) return <Shown customer={data} partner={data.partner.name} error={error} />;
  if (!listed && !list.error && (list.isPending || list.hasNextPage)) return <Waiting text={t('loading')} />;
  // Members of the customer's partner have another page for it.
  if (!listed && me.partner?.id === data.partnerId) return <ToPartnersPage customerId={customerId} />;
  const reload = async () => {
    const { data: now, isError } = await refetch();
    return isError || !now || !isViewed(now) ? undefined : now;
  };
  return <Shown customer={data} partner={listed?.partner.name ?? data.partnerId} error={error} reload={reload} />;
}

/** Ends the intent to confirm of a person who can't confirm. `Answer` is inside, so its effect has run by then, and has taken the intent. */
function useEndIntent(customerId: string): void {
  const session = useSession();
  useEffect(() => void session.takeIntent(customerId), [session, customerId]);
}

/** Leads a member of the customer's partner to the partner's page. A member who wanted to confirm is told that members can't. */
function ToPartnersPage({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const session = useSession();
  const notify = useNotify();
  const navigate = useNavigate();
  useEffect(() => {
    const leadsTo = `/customers/${customerId}`;
    if (session.takeIntent(customerId)) {
      const content = (
        <SpaceBetween size="xs">
          <Box color="inherit">{t('myInvitations.one.ofPartner')}</Box>
          <OtherAccount page={answerPage(customerId)} />
        </SpaceBetween>
      );
      notify({ type: 'info', content, leadsTo });
    }
    void navigate(leadsTo, { replace: true });
  }, [session, notify, navigate, customerId, t]);
  return null;
}

/** The sentence about a customer, by its name under `myInvitations.one.status`. @param isMine whether the reader is the invited person */
function sentenceOf(status: Either['status'], isMine: boolean, isBlocked: boolean) {
  if (isBlocked) return 'DECLINED_NO_MORE';
  const waits = status === 'VERIFICATION_REQUIRED' || status === 'APPROVAL_REQUIRED';
  return waits && !isMine ? (`${status}_OF_ANOTHER` as const) : status;
}

type ShownProps = {
  customer: Either;
  partner: string;
  error: Error | null;
  /** Present if the person may view the whole customer. */
  reload?: () => Promise<Customer | undefined>;
};

function Shown({ customer, partner, error, reload }: ShownProps) {
  const { t } = useTranslation();
  const me = useMe();
  const format = useFormat();
  const { brandName: brand } = useConfig();
  useEndIntent(customer.id);
  const { id, name, status, invite, approval, organization } = customer;
  const invited = isViewed(customer) ? customer.email : (invite?.email ?? me.user.email);
  const isMine = invited === me.user.email;
  const blockedUntil = isMine ? customer.noMoreInvitationsUntil : undefined;
  const said = sentenceOf(status, isMine, status === 'DECLINED' && blockedUntil !== undefined);
  const isContactWithoutClouds = status === 'ACTIVE' && isViewed(customer) && customer.clouds === 0 && isMine;
  return (
    <Page
      title={name}
      description={t('myInvitations.invitedBy', { partner })}
      above={[{ text: t('navigation.myInvitations'), href: '/my/invitations' }]}
    >
      <SpaceBetween size="l">
        <ProblemAlert problem={error} title={t('customer.outdated')} />
        <Container>
          <SpaceBetween size="l">
            <div role="status">
              <SpaceBetween size="xs">
                <CustomerStatus customer={customer} />
                <Box>
                  {t(`myInvitations.one.status.${said}`, {
                    partner,
                    name,
                    brand,
                    date: blockedUntil === undefined ? '' : format.time(blockedUntil),
                  })}
                </Box>
                {isContactWithoutClouds && <Box>{t('myInvitations.one.next', { partner })}</Box>}
              </SpaceBetween>
            </div>
            <KeyValuePairs
              columns={2}
              items={[
                { label: t('myInvitations.one.fields.partner'), value: partner },
                { label: t('myInvitations.one.fields.customer'), value: name },
                ...(invite
                  ? [
                      { label: t('myInvitations.one.fields.email'), value: invite.email },
                      { label: t('myInvitations.one.fields.until'), value: format.time(invite.expiresAt) },
                    ]
                  : []),
                ...(approval
                  ? [{ label: t('myInvitations.one.fields.approval'), value: format.time(approval.expiresAt) }]
                  : []),
                ...(organization ? [{ label: t('customer.organization'), value: organization.name }] : []),
                ...(organization ? [{ label: t('customer.id'), value: <CopyId id={id} /> }] : []),
              ]}
            />
            {said === 'VERIFICATION_REQUIRED' && <Answer customerId={id} name={name} partner={partner} />}
            {said === 'APPROVAL_REQUIRED' && <ChangeName customerId={id} name={name} />}
            {blockedUntil !== undefined && (
              <SpaceBetween size="xs">
                {status !== 'DECLINED' && (
                  <Box>{t('myInvitations.blocked.until', { date: format.time(blockedUntil) })}</Box>
                )}
                <AllowInvitations
                  partnerId={isViewed(customer) ? customer.partnerId : customer.partner.id}
                  partner={partner}
                />
              </SpaceBetween>
            )}
            {said === 'VERIFICATION_REQUIRED_OF_ANOTHER' && <OtherAccount page={answerPage(id)} />}
            {isViewed(customer) && reload && <Own customer={customer} reload={reload} />}
          </SpaceBetween>
        </Container>
        {isViewed(customer) && <OwnClouds customer={customer} />}
      </SpaceBetween>
    </Page>
  );
}

/** The person's actions on a customer. The history isn't read: `confirmed` only affects resending, which this page doesn't offer. */
function useMayOn(customer: Customer) {
  const { bindings } = useBindings(customer.id);
  return mayOn(useMe(), customer, bindings, true);
}

/** The name, which its contact changes, and a link to the whole customer. */
function Own({ customer, reload }: { customer: Customer; reload: () => Promise<Customer | undefined> }) {
  const { t } = useTranslation();
  const follow = useFollow();
  const may = useMayOn(customer);
  const isBegun = useIsEditBegun(customer.id) && may.changeName;
  const [editing, setEditing] = useState<Editing | undefined>(isBegun ? {} : undefined);
  const button = useFocusAfter(editing !== undefined);
  if (editing)
    return (
      <EditDetails
        customer={customer}
        may={{ ...may, changeDetails: false }}
        first={editing.first}
        reload={reload}
        close={() => setEditing(undefined)}
      />
    );
  return (
    <SpaceBetween direction="horizontal" size="m" alignItems="center">
      {may.changeName && (
        <Button ref={button} onClick={() => setEditing({ first: 'name' })}>
          {t('myInvitations.one.changeName')}
        </Button>
      )}
      <Link href={`/customers/${customer.id}`} onFollow={follow}>
        {t('myInvitations.one.everything')}
      </Link>
    </SpaceBetween>
  );
}

function OwnClouds({ customer }: { customer: Customer }) {
  return <Clouds customer={customer} may={useMayOn(customer)} />;
}

/** Replaces an invitation that was withdrawn, never existed, or belongs to someone else. */
function NoInvitation({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const follow = useFollow();
  useEndIntent(customerId);
  return (
    <Page title={t('myInvitations.one.gone')}>
      <SpaceBetween size="m">
        <OtherAccount page={answerPage(customerId)} />
        <Box>{t('myInvitations.one.goneText')}</Box>
        <Link href="/my/invitations" onFollow={follow}>
          {t('navigation.myInvitations')}
        </Link>
      </SpaceBetween>
    </Page>
  );
}
