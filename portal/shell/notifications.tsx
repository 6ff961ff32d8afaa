import type { FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';

type Notification = {
  type: 'success' | 'info' | 'warning';
  content: ReactNode;
  /** The page that is opened because of it, where it is still read. */
  leadsTo?: string;
};

const NotifyContext = createContext<((notification: Notification) => void) | undefined>(undefined);
const ShownContext = createContext<FlashbarProps.MessageDefinition[]>([]);

/** Says above the pages what was done last, until something else is done or another page is opened. Refusals stand where they belong, beside what was refused. */
export function useNotify(): (notification: Notification) => void {
  const notify = useContext(NotifyContext);
  if (!notify) throw new Error('useNotify outside Notifications');
  return notify;
}

export const useShownNotifications = () => useContext(ShownContext);

export function Notifications({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const [shown, setShown] = useState<Notification & { id: string }>();
  const notify = useCallback(
    (notification: Notification) => setShown({ ...notification, id: crypto.randomUUID() }),
    [],
  );
  useEffect(() => {
    setShown((before) => (before?.leadsTo === pathname ? before : undefined));
  }, [pathname]);
  const items = useMemo(
    () =>
      shown
        ? [
            {
              id: shown.id,
              type: shown.type,
              content: shown.content,
              dismissible: true,
              dismissLabel: t('close'),
              ariaRole: 'status' as const,
              onDismiss: () => setShown(undefined),
            },
          ]
        : [],
    [shown, t],
  );
  return (
    <NotifyContext value={notify}>
      <ShownContext value={items}>{children}</ShownContext>
    </NotifyContext>
  );
}
