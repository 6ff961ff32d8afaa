import { useTranslation } from 'react-i18next';
import { billingRole, ORGANIZATION_ADMIN_ROLE, ORGANIZATION_OWNER_ROLE, roles } from '../../shared/contract/roles.ts';

/** What people read for a role; one that isn't known is shown as it is. */
export function useRoleName(): (roleId: string) => string {
  const { t } = useTranslation();
  return (roleId) => {
    if (roleId === ORGANIZATION_OWNER_ROLE) return t('roles.owner');
    if (roleId === ORGANIZATION_ADMIN_ROLE) return t('roles.admin');
    const name = roles.roles.find((each) => billingRole(each) === roleId);
    return name === undefined ? roleId : t(`roles.${name}` as 'roles.owner');
  };
}
