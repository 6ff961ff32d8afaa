import { useTranslation } from 'react-i18next';
import { billingRole, ORGANIZATION_ADMIN_ROLE, ORGANIZATION_OWNER_ROLE, roles } from '../../shared/contract/roles.ts';

/** The name of a role for people; the role's id if the role is unknown. */
export function useRoleName(): (roleId: string) => string {
  const { t } = useTranslation();
  return (roleId) => {
    if (roleId === ORGANIZATION_OWNER_ROLE) return t('roles.owner');
    if (roleId === ORGANIZATION_ADMIN_ROLE) return t('roles.admin');
    const name = roles.roles.find((each) => billingRole(each) === roleId);
    return name === undefined ? roleId : t(`roles.${name}` as 'roles.owner');
  };
}
