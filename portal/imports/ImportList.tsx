import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../language/format.ts';
import { Page } from '../shell/Page.tsx';
import { useFollow } from '../shell/useFollow.ts';
import { useKeepFocus } from '../shell/useKeepFocus.ts';
import { allRows, type Import, pageOf } from './job.ts';
import { RemoveImport } from './RemoveImport.tsx';
import { useImportState, useNumbersText } from './stateText.ts';
import { useImports } from './useImports.ts';

/** The person's imports in this browser. */
export function ImportList() {
  const { t } = useTranslation();
  const format = useFormat();
  const follow = useFollow();
  const all = useImports();
  const stateOf = useImportState();
  const numbersOf = useNumbersText();
  useKeepFocus(all === undefined ? '' : `imports ${all.map(({ id }) => id).join()}`);
  return (
    <Page
      title={t('imports.title')}
      description={t('imports.description')}
      above={[{ text: t('customers.title'), href: '/customers' }]}
    >
      <Table<Import>
        items={all ?? []}
        trackBy="id"
        loading={all === undefined}
        loadingText={t('loading')}
        wrapLines
        ariaLabels={{ tableLabel: t('imports.title') }}
        columnDefinitions={[
          {
            id: 'file',
            header: t('imports.columns.file'),
            isRowHeader: true,
            minWidth: 150,
            cell: (job) => (
              <Link href={pageOf(job)} onFollow={follow}>
                {job.file}
              </Link>
            ),
          },
          {
            id: 'state',
            header: t('imports.columns.state'),
            minWidth: 200,
            cell: (job) => {
              const { type, text } = stateOf(job, all ?? []);
              return (
                <StatusIndicator type={type}>
                  <span className="words">{text}</span>
                </StatusIndicator>
              );
            },
          },
          {
            id: 'numbers',
            header: t('imports.columns.numbers'),
            minWidth: 170,
            cell: (job) => (
              <>
                {t('imports.rows', { count: allRows(job.numbers) })} {numbersOf(job)}
              </>
            ),
          },
          {
            id: 'begun',
            header: t('imports.columns.begun'),
            minWidth: 150,
            cell: ({ createdAt }) => format.time(createdAt),
          },
          {
            id: 'remove',
            header: t('imports.columns.remove'),
            cell: (job) => job.state !== 'running' && <RemoveImport job={job} inList />,
          },
        ]}
        empty={
          <Box textAlign="center" padding="l">
            <SpaceBetween size="s">
              <Box fontWeight="bold">{t('imports.none')}</Box>
              <Box>{t('imports.noneText')}</Box>
              <Button href="/customers/add" onFollow={follow}>
                {t('addCustomers.title')}
              </Button>
            </SpaceBetween>
          </Box>
        }
      />
    </Page>
  );
}
