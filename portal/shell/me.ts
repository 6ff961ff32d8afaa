/** The person who is signed in, and what pages offer to them. The server decides again, and may still refuse. */
import { createContext, useContext } from 'react';
import { mayOnPartnerAccount } from '../../shared/access/rolePermissions.ts';
import type { Answer } from '../../shared/client/client.ts';
import type { getMe } from '../../shared/contract/contract.ts';
import type { PartnerOperation } from '../../shared/contract/roles.ts';
import type { PortalConfig } from '../config.ts';

/** The page on which a person sets up a second factor. */
export const SECOND_FACTOR_PAGE = '/my/second-factor';

export type Me = Answer<typeof getMe>;

const MeContext = createContext<Me | undefined>(undefined);
export const MeProvider = MeContext.Provider;

export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error('useMe outside MeProvider');
  return me;
}

/** Whether the person's roles on the partner account allow an operation. */
export const may = (me: Me, operation: PartnerOperation): boolean =>
  me.partner !== null && mayOnPartnerAccount(me.roles, operation);

const ConfigContext = createContext<PortalConfig | undefined>(undefined);
export const ConfigProvider = ConfigContext.Provider;

export function useConfig(): PortalConfig {
  const config = useContext(ConfigContext);
  if (!config) throw new Error('useConfig outside ConfigProvider');
  return config;
}
