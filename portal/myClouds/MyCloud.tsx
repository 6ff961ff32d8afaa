import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../shared/client/client.ts';
import {
  linkCloud,
  type listMyClouds,
  type listMyCustomers,
  unlinkCloud,
  updateMyCloudAccess,
} from '../../shared/contract/contract.ts';
import { useAction } from '../api/useApi.ts';
import { useFormat } from '../language/format.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { DANGEROUS } from '../shell/dangerous.ts';
import { useNotify } from '../shell/notifications.tsx';
import { Rows } from '../shell/Rows.tsx';
import { useCloudRoleName, useRoleEnd } from './cloudRoles.ts';
import { GrantCloudRole } from './GrantCloudRole.tsx';
import { LinkMyCloud } from './LinkMyCloud.tsx';

export type MyCloudAnswer = Answer<typeof listMyClouds>['clouds'][number];
export type MyCustomer = Answer<typeof listMyCustomers>['customers'][number];
type CloudRole = MyCloudAnswer['access'][number];

type MyCloudProps = {
  cloud: MyCloudAnswer;
  /** The customers in which the person takes part. */
  customers: readonly MyCustomer[];
};

/** A cloud of the person: to whom it is billed, and who has which role on it. Links and unlinks it, grants and revokes roles. */
export function MyCloud({ cloud, customers }: MyCloudProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const notify = useNotify();
  const roleName = useCloudRoleName();
  const roleEnd = useRoleEnd();
  const [open, setOpen] = useState<'grant' | 'link' | 'unlink' | CloudRole>();
  const { id, name, billedTo, customer, access } = cloud;
  const path = { cloudId: id };
  const done = (type: 'success' | 'warning', content: string) => {
    setOpen(undefined);
    notify({ type, content });
  };
  const grant = useAction(updateMyCloudAccess, () => done('success', t('myClouds.granted', { name })));
  const revoke = useAction(updateMyCloudAccess, () => done('success', t('myClouds.revoked', { name })));
  const link = useAction(linkCloud, ({ warning }) =>
    warning
      ? done('warning', t('clouds.linkedWithCharges', { name }))
      : done('success', t('clouds.linkedNow', { name })),
  );
  const unlink = useAction(unlinkCloud, () => done('success', t('myClouds.unlinked', { name })));
  const show = (what: typeof open) => {
    for (const action of [grant, revoke, link, unlink]) action.reset();
    setOpen(what);
  };
  const close = () => setOpen(undefined);
  const partners = new Map(customers.map(({ partner }) => [partner.id, partner.name]));
  const nameOf = ({ type, id: subjectId }: CloudRole['subject']) =>
    type === 'PARTNER' ? (partners.get(subjectId) ?? subjectId) : subjectId;
  // The customers of which the person is the contact. Their partners serve the person, and may bill its clouds.
  const served = customers.filter(({ contact, status }) => contact && (status === 'ACTIVE' || status === 'SUSPENDED'));
  const payers = served.filter(({ status }) => status === 'ACTIVE');
  const grantable = new Map(served.map(({ partner }) => [partner.id, partner.name]));
  return (
    <Container
      header={
        <Header
          description={
            customer !== null
              ? t('myClouds.billedTo', { customer: customer.name })
              : billedTo !== null
                ? t('myClouds.billedToAccount', { id: billedTo })
                : t('myClouds.billedToYou')
          }
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {customer === null && payers.length > 0 && (
                <Button ariaLabel={t('myClouds.linkNamed', { name })} onClick={() => show('link')}>
                  {t('myClouds.link')}
                </Button>
              )}
              {customer !== null && (
                <Button style={DANGEROUS} ariaLabel={t('clouds.unlinkNamed', { name })} onClick={() => show('unlink')}>
                  {t('clouds.unlink')}
                </Button>
              )}
              <Button ariaLabel={t('myClouds.grantNamed', { name })} onClick={() => show('grant')}>
                {t('myClouds.grant')}
              </Button>
            </SpaceBetween>
          }
        >
          {name}
        </Header>
      }
    >
      {access.length === 0 && <Box>{t('myClouds.nobody')}</Box>}
      {access.length > 0 && (
        <Rows
          label={t('myClouds.whoOn', { name })}
          rows={access.map((role) => {
            const { roleId, subject, grantedAt, expiresAt } = role;
            const who = nameOf(subject);
            return {
              id: `${subject.type} ${subject.id} ${roleId}`,
              content: (
                <>
                  <Box fontWeight="bold">{who}</Box>
                  <Box color="text-body-secondary" fontSize="body-s">
                    {[
                      roleName(roleId),
                      ...(subject.type === 'USER' ? [] : [t(`myClouds.types.${subject.type}`)]),
                      expiresAt === undefined
                        ? t('myClouds.since', { date: format.date(grantedAt) })
                        : roleEnd(expiresAt),
                    ].join(' · ')}
                  </Box>
                </>
              ),
              action: (
                <Button
                  style={DANGEROUS}
                  ariaLabel={t('access.revokeNamed', { role: roleName(roleId), subject: who })}
                  onClick={() => show(role)}
                >
                  {t('access.revoke')}
                </Button>
              ),
            };
          })}
        />
      )}
      {open === 'grant' && (
        <GrantCloudRole
          name={name}
          partners={[...grantable].map(([value, label]) => ({ value, label }))}
          isRunning={grant.isRunning}
          problem={grant.problem}
          grant={(delta) => void grant.run({ path, body: { deltas: [{ action: 'ADD', ...delta }] } })}
          close={close}
        />
      )}
      {open === 'link' && (
        <LinkMyCloud
          name={name}
          customers={payers}
          isRunning={link.isRunning}
          problem={link.problem}
          link={(customerId) => void link.run({ path: { customerId }, body: { cloudId: id } })}
          close={close}
        />
      )}
      {open === 'unlink' && customer !== null && (
        <Dialog
          dangerous
          title={t('clouds.unlinkNamed', { name })}
          submitText={t('clouds.unlink')}
          isRunning={unlink.isRunning}
          problem={unlink.problem}
          submit={() => void unlink.run({ path: { customerId: customer.id, cloudId: id } })}
          close={close}
        >
          <Box>{t('myClouds.unlinkText')}</Box>
        </Dialog>
      )}
      {typeof open === 'object' && (
        <Dialog
          dangerous
          title={t('access.revokeTitle')}
          submitText={t('access.revoke')}
          isRunning={revoke.isRunning}
          problem={revoke.problem}
          submit={() => {
            const { roleId, subject } = open;
            void revoke.run({ path, body: { deltas: [{ action: 'REMOVE', roleId, subject }] } });
          }}
          close={close}
        >
          <Box>{t('myClouds.revokeText', { subject: nameOf(open.subject), role: roleName(open.roleId), name })}</Box>
        </Dialog>
      )}
    </Container>
  );
}
