import type { FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';

type Notification = {
  type: 'success' | 'info' | 'warning';
  content: ReactNode;
  /** The page that opens after the action: the notification stays on it. */
  leadsTo?: string;
};

const NotifyContext = createContext<((notification: Notification) => void) | undefined>(undefined);
const StandContext = createContext<((items: readonly FlashbarProps.MessageDefinition[]) => void) | undefined>(
  undefined,
);
const ShownContext = createContext<readonly FlashbarProps.MessageDefinition[]>([]);

/** Shows the last result above the page, until the next result or the next page. Refusals are shown beside their action instead. */
export function useNotify(): (notification: Notification) => void {
  const notify = useContext(NotifyContext);
  if (!notify) throw new Error('useNotify outside Notifications');
  return notify;
}

/** Shows notifications on all pages until the component is left, or has others. @param items the same array as long as nothing changes */
export function useStandingNotifications(items: readonly FlashbarProps.MessageDefinition[]): void {
  const stand = useContext(StandContext);
  if (!stand) throw new Error('useStandingNotifications outside Notifications');
  useEffect(() => stand(items), [stand, items]);
  useEffect(() => () => stand([]), [stand]);
}

export const useShownNotifications = () => useContext(ShownContext);

export function Notifications({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const [shown, setShown] = useState<Notification & { id: string }>();
  const [standing, setStanding] = useState<readonly FlashbarProps.MessageDefinition[]>([]);
  const notify = useCallback(
    (notification: Notification) => setShown({ ...notification, id: crypto.randomUUID() }),
    [],
  );
  useEffect(() => {
    setShown((before) => (before?.leadsTo === pathname ? before : undefined));
  }, [pathname]);
  const items = useMemo(
    () => [
      ...(shown
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
        : []),
      ...standing,
    ],
    [shown, standing, t],
  );
  return (
    <NotifyContext value={notify}>
      <StandContext value={setStanding}>
        <ShownContext value={items}>{children}</ShownContext>
      </StandContext>
    </NotifyContext>
  );
}
