/** What an import does now, and its numbers, in the language of the page. */
import type { StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../language/format.ts';
import { type Import, openRows } from './job.ts';

type ImportState = { type: StatusIndicatorProps.Type; text: string };

/** @returns a function that says what an import does. `all`: all imports, of which the oldest running one is sent */
export function useImportState(): (job: Import, all: readonly Import[]) => ImportState {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ id, state, pause, stop, numbers }, all) => {
    if (state === 'done')
      return openRows(numbers) > 0
        ? { type: 'warning', text: t('imports.states.toCorrect', { count: openRows(numbers) }) }
        : { type: 'success', text: t('imports.states.done') };
    if (state === 'stopped')
      switch (stop?.why) {
        case 'limit':
          return { type: 'stopped', text: t('imports.states.limit', { time: format.time(stop.until) }) };
        case 'problem':
          return { type: 'error', text: t('imports.states.problem') };
        default:
          return { type: 'stopped', text: t('imports.states.stopped') };
      }
    const first = all.findLast((each) => each.state === 'running');
    if (first && first.id !== id) return { type: 'pending', text: t('imports.states.queued', { file: first.file }) };
    switch (pause?.why) {
      case 'network':
        return { type: 'pending', text: t('imports.states.network') };
      case 'service':
        return { type: 'pending', text: t('imports.states.service') };
      case 'signIn':
        return { type: 'warning', text: t('imports.states.signIn') };
      default:
        return { type: 'in-progress', text: t('imports.states.running') };
    }
  };
}

/** The numbers of an import as a sentence. */
export function useNumbersText(): (job: Import) => string {
  const { t } = useTranslation();
  return ({ numbers: { registered, before, refused, toCorrect } }) =>
    t('imports.summary', { registered, before, refused, toCorrect });
}
