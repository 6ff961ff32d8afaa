/** The history of a customer as sentences, from `messages/<language>/history.ts`. */
import { useTranslation } from 'react-i18next';
import type * as z from 'zod/mini';
import type { event as eventSchema } from '../../shared/contract/contract.ts';
import type { AccessDelta, CloudDelta } from '../../shared/customer/command.ts';
import { useFormat } from '../language/format.ts';
import type { history } from '../messages/en/history.ts';
import { useCloudRoleName, useRoleEnd } from '../myClouds/cloudRoles.ts';
import { useConfig, useMe } from '../shell/me.ts';
import { usePageLabel } from '../shell/programLabel.ts';
import { useRoleName } from './roleName.ts';

export type HistoryEvent = z.output<typeof eventSchema>;
type EventType = keyof typeof history.history.events;

/** The data of the events that the sentences use, as in `EventData` of `shared/customer/event.ts`. */
type EventData = {
  email?: string;
  expiresAt?: string;
  reason?: string;
  organization?: { name: string };
  cloudId?: string;
  name?: string;
  outstandingCharges?: boolean;
  noMoreInvitations?: true;
  changes?: Record<string, unknown>;
  deltas?: CloudDelta[];
};

/** The most roles that a sentence names. */
const MAX_DELTAS_SHOWN = 5;

/** Turns an event into a sentence. @param events all events that are known, newest first: the names of clouds come from them */
export function useEventSentence(events: readonly HistoryEvent[]): (event: HistoryEvent) => string {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const me = useMe();
  const roleName = useRoleName();
  const cloudRoleName = useCloudRoleName();
  const roleEnd = useRoleEnd();
  const label = usePageLabel();
  const list = (parts: string[]) => new Intl.ListFormat(i18n.language).format(parts);
  const cloudName = (cloudId: string | undefined) => {
    const linked = events.find(({ data }) => data['cloudId'] === cloudId && data['name'] !== undefined);
    return (linked?.data as EventData | undefined)?.name ?? cloudId;
  };
  const ofDelta = ({ action, roleId, subject }: AccessDelta) =>
    t(`history.${action === 'ADD' ? 'granted' : 'revoked'}`, { role: roleName(roleId), subject: subject.id });
  const ofCloudDelta = ({ action, roleId, subject: { type, id }, expiresAt }: CloudDelta) => {
    const subject = type === 'PARTNER' && id === me.partner?.id ? me.partner.name : id;
    const said = { role: cloudRoleName(roleId), subject };
    if (action === 'REMOVE') return t('history.revoked', said);
    return expiresAt === undefined
      ? t('history.granted', said)
      : t('history.grantedUntil', { ...said, end: roleEnd(expiresAt) });
  };

  const isKnown = (type: string): type is EventType => i18n.exists(`history.events.${type}`);

  return ({ type, data: raw }) => {
    if (!isKnown(type)) return t('history.other', { type });
    const data = raw as EventData;
    const { email = '', expiresAt, reason, organization, changes = {}, deltas = [] } = data;
    const date = expiresAt === undefined ? '' : format.date(expiresAt);
    switch (type) {
      case 'CustomerUpdated': {
        const { email: newEmail, ...others } = changes;
        const fields = Object.keys(others).map((field) => {
          const usual = t(`history.fields.${field}` as 'history.fields.name', field);
          return field === 'friendlyName' ? label(field, usual) : usual;
        });
        return [
          ...(fields.length > 0 ? [t('history.events.CustomerUpdated', { fields: list(fields) })] : []),
          ...(typeof newEmail === 'string' ? [t('history.newEmail', { email: newEmail, date })] : []),
        ].join(' ');
      }
      case 'CloudAccessUpdated':
      case 'AccessUpdated': {
        const more = deltas.length - MAX_DELTAS_SHOWN;
        const shown = deltas.slice(0, MAX_DELTAS_SHOWN);
        return [
          ...(type === 'CloudAccessUpdated'
            ? [t(`history.events.${type}`, { name: data.name ?? '' }), ...shown.map(ofCloudDelta)]
            : (shown as AccessDelta[]).map(ofDelta)),
          ...(more > 0 ? [t('history.moreDeltas', { count: more })] : []),
        ].join(' ');
      }
      case 'ReminderSkipped':
        return reason === 'SWITCHED_OFF' || reason === 'INVITATIONS_DECLINED'
          ? t(`history.skipped.${reason}`)
          : t('history.skipped.EMAIL_UNDELIVERABLE');
      default:
        return [
          t(`history.events.${type}`, { email, date, name: cloudName(data.cloudId) ?? '' }),
          ...(type === 'InvitationAccepted' && data.name !== undefined
            ? [t('history.corrected', { name: data.name })]
            : []),
          ...(organization ? [t('history.organization', { name: organization.name })] : []),
          ...(expiresAt !== undefined && (type === 'CustomerRegistered' || type === 'InvitationAccepted')
            ? [t('history.approval', { date })]
            : []),
          ...(reason === undefined ? [] : [t('history.reason', { reason })]),
          ...(data.noMoreInvitations ? [t('history.noMoreInvitations')] : []),
          ...(data.outstandingCharges ? [t('history.charges')] : []),
        ].join(' ');
    }
  };
}

/** The author of an event for people: a member by its id, an operator by the provider's brand, others in the page's language. */
export function useActorName(): (actor: string) => string {
  const { t } = useTranslation();
  const { brandName: brand } = useConfig();
  return (actor) => {
    switch (actor) {
      case 'LINK_HOLDER':
        return t('history.linkHolder');
      case 'SCHEDULE':
        return t('history.schedule');
      case 'OPERATOR':
        return brand;
      default:
        return actor;
    }
  };
}
