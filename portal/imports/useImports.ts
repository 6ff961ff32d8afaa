/** The imports of the person who is signed in, for the partner of now. */
import { useSyncExternalStore } from 'react';
import { useAuth } from 'react-oidc-context';
import { useMe } from '../shell/me.ts';
import { type Imports, openImports } from './database.ts';
import type { Import } from './job.ts';

/** Opened once by this tab, by person and partner. */
const opened = new Map<string, Imports>();

/** The imports, to be read and changed. */
export function useImportDatabase(): Imports {
  const { user } = useAuth();
  const { partner } = useMe();
  const [subject, partnerId] = [user?.profile.sub ?? '', partner?.id ?? ''];
  const key = JSON.stringify([subject, partnerId]);
  const imports = opened.get(key) ?? openImports(subject, partnerId);
  if (!opened.has(key)) {
    opened.set(key, imports);
    void imports.tidy(new Date()).catch(() => {});
    void imports.refresh();
  }
  return imports;
}

/** The imports as they are now in all tabs, newest first; undefined until they have been read. */
export function useImports(): readonly Import[] | undefined {
  const { subscribe, snapshot } = useImportDatabase();
  return useSyncExternalStore(subscribe, snapshot);
}
