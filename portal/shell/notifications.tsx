import type { FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

type Notification = { type: 'success' | 'info' | 'warning'; content: ReactNode };

/** How many stay: an old one says nothing that the pages don't show. */
const MAX_SHOWN = 3;

const NotifyContext = createContext<((notification: Notification) => void) | undefined>(undefined);
const ShownContext = createContext<FlashbarProps.MessageDefinition[]>([]);

/** Says above the pages what has been done. Refusals stand where they belong, beside what was refused. */
export function useNotify(): (notification: Notification) => void {
  const notify = useContext(NotifyContext);
  if (!notify) throw new Error('useNotify outside Notifications');
  return notify;
}

export const useShownNotifications = () => useContext(ShownContext);

export function Notifications({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<(Notification & { id: string })[]>([]);
  const notify = useCallback((notification: Notification) => {
    setShown((before) => [{ ...notification, id: crypto.randomUUID() }, ...before].slice(0, MAX_SHOWN));
  }, []);
  const items = useMemo(
    () =>
      shown.map(({ id, type, content }) => ({
        id,
        type,
        content,
        dismissible: true,
        dismissLabel: t('close'),
        ariaRole: 'status' as const,
        onDismiss: () => setShown((before) => before.filter((each) => each.id !== id)),
      })),
    [shown, t],
  );
  return (
    <NotifyContext value={notify}>
      <ShownContext value={items}>{children}</ShownContext>
    </NotifyContext>
  );
}
