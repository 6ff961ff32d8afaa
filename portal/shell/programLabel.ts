/** The program's own words on the pages. */
import { useTranslation } from 'react-i18next';
import type { PortalConfig } from '../config.ts';
import type { PageEntry } from '../pages.ts';
import { useConfig } from './me.ts';

/** A label: the program's own, if it has one, in the language of the page if the messages have it. */
export function useProgramLabel(): (own: string | undefined, usual: string) => string {
  const { t } = useTranslation();
  return (own, usual) => (own === undefined ? usual : t(`programLabel.${own}` as 'programLabel.Approved', own));
}

/** The label of a part of the pages: the program's own, if it has one. */
export function usePageLabel(): (part: keyof PortalConfig['pageLabels'], usual: string) => string {
  const label = useProgramLabel();
  const { pageLabels } = useConfig();
  return (part, usual) => label(pageLabels[part], usual);
}

/** The name of a page in the left-hand panel. */
export function usePageName(): (page: NonNullable<PageEntry['navigation']>) => string {
  const { t } = useTranslation();
  const label = usePageLabel();
  return (page) => {
    const usual = t(`navigation.${page}`);
    return page === 'customers' ? label(page, usual) : usual;
  };
}
