/** The roles on a cloud that the page offers. The API knows the provider's others, too. */
import { useTranslation } from 'react-i18next';

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
