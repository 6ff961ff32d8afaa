/** The roles on a cloud that the page offers. The API knows the provider's others, too. */
import { useTranslation } from 'react-i18next';
import { useFormat } from '../language/format.ts';
import { lastDayOf } from './endOfDay.ts';

export const CLOUD_ROLES = ['resource-manager.clouds.owner', 'resource-manager.clouds.member'] as const;

/** The name of a role on a cloud for people; the role's id if the role is another one. */
export function useCloudRoleName(): (roleId: string) => string {
  const { t } = useTranslation();
  return (roleId) => {
    const [owner, member] = CLOUD_ROLES;
    if (roleId === owner) return t('myClouds.roles.owner');
    return roleId === member ? t('myClouds.roles.member') : roleId;
  };
}

/** The end of a role for people: its last day, or the moment if it ends within a day. */
export function useRoleEnd(): (expiresAt: string) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return (expiresAt) => {
    const lastDay = lastDayOf(expiresAt);
    return lastDay === undefined
      ? t('myClouds.until', { time: format.time(expiresAt) })
      : t('myClouds.untilEndOf', { date: format.date(lastDay) });
  };
}
