import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listLinkableClouds } from '../../shared/contract/contract.ts';
import { useReadPages } from '../api/useApi.ts';
import { useFormat } from '../language/format.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { Rows } from '../shell/Rows.tsx';
import { Waiting } from '../shell/Waiting.tsx';
import { distinctName } from './distinctName.ts';

type LinkCloudProps = {
  customerId: string;
  /** Whether the person is the customer's contact. */
  isContact: boolean;
  isRunning: boolean;
  problem: Error | null;
  link: (cloudId: string) => void;
  close: () => void;
};

/**
 * The dialog that lists the customer's clouds, each with the button that links it. A cloud that can't be linked shows the reason, and how to
 * make it linkable.
 */
export function LinkCloud({ customerId, isContact, isRunning, problem, link, close }: LinkCloudProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [pressed, setPressed] = useState<string>();
  const { pages, error, isFetchedAfterMount, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useReadPages(
    listLinkableClouds,
    { path: { customerId } },
    { isFresh: true },
  );
  // The list that was read before may be out of date. Wait for the new one, so that no button moves under the person's hands.
  const clouds = isFetchedAfterMount ? pages.flatMap((page) => page.clouds) : [];
  return (
    <Dialog title={t('clouds.link')} isRunning={isRunning} problem={problem} close={close}>
      <Box>{t('clouds.linkText')}</Box>
      <ProblemAlert
        problem={isFetchedAfterMount ? error : null}
        title={t('clouds.linkableNotRead')}
        retry={() => void refetch()}
      />
      {!isFetchedAfterMount && <Waiting text={t('loading')} />}
      {isFetchedAfterMount && !error && clouds.length === 0 && !hasNextPage && (
        <Alert type="info" header={t('clouds.noneLinkable')}>
          {t(isContact ? 'clouds.noneOfYours' : 'clouds.noneLinkableText')}
        </Alert>
      )}
      {clouds.length > 0 && (
        <Rows
          label={t('clouds.linkable')}
          rows={clouds.map(({ id, name, linkable, reason, linkableAt }) => ({
            id,
            content: (
              <>
                <Box fontWeight="bold">{name}</Box>
                <Box color="text-body-secondary" fontSize="body-s">
                  {reason === undefined
                    ? id
                    : t(`clouds.unlinkable.${reason}`, {
                        time: linkableAt === undefined ? '' : format.time(linkableAt),
                      })}
                </Box>
              </>
            ),
            action: linkable && (
              <Button
                formAction="none"
                disabled={isRunning && pressed !== id}
                loading={isRunning && pressed === id}
                ariaLabel={t('clouds.linkButtonNamed', { name: distinctName(clouds, { id, name }) })}
                onClick={() => {
                  setPressed(id);
                  link(id);
                }}
              >
                {t('clouds.linkButton')}
              </Button>
            ),
          }))}
        />
      )}
      {hasNextPage && (
        <Button formAction="none" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('clouds.more')}
        </Button>
      )}
    </Dialog>
  );
}
