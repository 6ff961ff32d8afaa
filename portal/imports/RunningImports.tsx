import Button from '@cloudscape-design/components/button';
import type { FlashbarProps } from '@cloudscape-design/components/flashbar';
import Link from '@cloudscape-design/components/link';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { useStandingNotifications } from '../shell/notifications.tsx';
import { useFollow } from '../shell/useFollow.ts';
import { useSession } from '../signIn/SignedIn.tsx';
import { type Import, openRows, pageOf, progressOf } from './job.ts';
import { useImportState, useNumbersText } from './stateText.ts';
import { useImportDatabase, useImports } from './useImports.ts';
import { useSending } from './useSending.ts';

/** Sends the running imports, and shows above every page what they do. The page of an import shows its progress itself. */
export function RunningImports() {
  const imports = useImportDatabase();
  const all = useImports();
  useSending(imports);
  useFreshPages(all);
  useStandingNotifications(useNotifications(all ?? []));
  return null;
}

/** Lets the pages read again when an import has ended. */
function useFreshPages(all: readonly Import[] | undefined): void {
  const queries = useQueryClient();
  const running = all?.flatMap(({ id, state }) => (state === 'running' ? [id] : []));
  const before = useRef(running);
  useEffect(() => {
    if (before.current?.some((id) => !running?.includes(id))) void queries.invalidateQueries();
    before.current = running;
  });
}

/** A notification for each import, until the person closes it. While an import is running, it stays. */
function useNotifications(all: readonly Import[]): FlashbarProps.MessageDefinition[] {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const imports = useImportDatabase();
  const isFailing = useSyncExternalStore(imports.subscribe, imports.isFailing);
  const session = useSession();
  const follow = useFollow();
  const stateOf = useImportState();
  const numbersOf = useNumbersText();
  const notificationOf = (job: Import): FlashbarProps.MessageDefinition => {
    const { id, file, state, stop, pause, numbers } = job;
    const isRunning = state === 'running';
    const link = (
      <Link color="inverted" href={pageOf(job)} onFollow={follow}>
        {file}
      </Link>
    );
    const text = stateOf(job, all).text;
    const button = (text: string, onClick: () => void) => (
      <Button ariaLabel={`${text}: ${file}`} onClick={onClick}>
        {text}
      </Button>
    );
    return {
      id,
      type: isRunning
        ? 'in-progress'
        : stop?.why === 'problem'
          ? 'error'
          : stop?.why === 'limit' || (state === 'done' && openRows(numbers) > 0)
            ? 'warning'
            : state === 'done'
              ? 'success'
              : 'info',
      ariaRole: 'status',
      content: isRunning ? (
        <ProgressBar
          variant="flash"
          value={progressOf(job)}
          label={link}
          ariaLabel={file}
          description={text}
          additionalInfo={numbersOf(job)}
        />
      ) : (
        <>
          {link}: {text}. {numbersOf(job)}
        </>
      ),
      ...(pause?.why === 'signIn'
        ? { action: button(t('imports.signIn'), () => void session.signIn().catch(() => {})) }
        : isRunning
          ? { action: button(t('imports.stop'), () => void imports.stop(id, { why: 'person' })) }
          : state === 'stopped' && { action: button(t('imports.goOn'), () => void imports.goOn(id)) }),
      ...(!isRunning && {
        dismissible: true,
        dismissLabel: t('close'),
        onDismiss: () => void imports.dismiss(id),
      }),
    };
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the functions follow from these values
  return useMemo(
    () => [
      ...(isFailing
        ? [{ id: 'imports', type: 'error' as const, ariaRole: 'alert' as const, content: t('imports.notStored') }]
        : []),
      ...all
        .filter((job) => job.state === 'running' || !job.isDismissed)
        .filter((job) => pageOf(job) !== pathname)
        .map(notificationOf),
    ],
    [all, isFailing, pathname, t],
  );
}
