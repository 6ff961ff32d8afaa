import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listLinkableClouds } from '../../shared/contract/contract.ts';
import { useReadPages } from '../api/useApi.ts';
import { useFormat } from '../language/format.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { Waiting } from '../shell/Waiting.tsx';

type LinkCloudProps = {
  customerId: string;
  /** Whether the person is the customer's contact. */
  isContact: boolean;
  isRunning: boolean;
  problem: Error | null;
  link: (cloudId: string) => void;
  close: () => void;
};

/** The dialog that chooses a cloud. A cloud that can't be linked shows the reason, and how to make it linkable. */
export function LinkCloud({ customerId, isContact, isRunning, problem, link, close }: LinkCloudProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [chosen, setChosen] = useState<string | null>(null);
  const [isTried, setTried] = useState(false);
  const { pages, error, isFetchedAfterMount, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useReadPages(
    listLinkableClouds,
    { path: { customerId } },
    { isFresh: true },
  );
  // The list that was read before may be out of date. Wait for the new one, so that no choice changes under the person's hands.
  const clouds = isFetchedAfterMount ? pages.flatMap((page) => page.clouds) : [];
  const isLinkable = clouds.some(({ id, linkable }) => linkable && id === chosen);
  return (
    <Dialog
      title={t('clouds.link')}
      submitText={t('clouds.linkButton')}
      disabled={clouds.length === 0}
      isRunning={isRunning}
      problem={problem}
      submit={() => {
        setTried(true);
        if (chosen !== null && isLinkable) link(chosen);
      }}
      close={close}
    >
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
        <FormField label={t('clouds.choose')} errorText={isTried && !isLinkable && t('clouds.chooseOne')}>
          <RadioGroup
            value={chosen}
            onChange={({ detail }) => setChosen(detail.value)}
            items={clouds.map(({ id, name, linkable, reason, linkableAt }) => ({
              value: id,
              label: name,
              disabled: !linkable,
              // Readable although the cloud is disabled: it says how to make the cloud linkable.
              description: (
                <Box color="text-body-secondary" fontSize="body-s">
                  {reason === undefined
                    ? id
                    : t(`clouds.unlinkable.${reason}`, {
                        time: linkableAt === undefined ? '' : format.time(linkableAt),
                      })}
                </Box>
              ),
            }))}
          />
        </FormField>
      )}
      {hasNextPage && (
        <Button formAction="none" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('clouds.more')}
        </Button>
      )}
    </Dialog>
  );
}
