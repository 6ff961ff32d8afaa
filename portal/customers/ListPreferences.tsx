import CollectionPreferences, {
  type CollectionPreferencesProps,
} from '@cloudscape-design/components/collection-preferences';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { COLUMNS } from './customerColumns.tsx';

const PAGE_SIZES = [20, 50, 100];

/** The person's settings of the list. */
export type Preferences = {
  pageSize: number;
  wrapLines: boolean;
  display: CollectionPreferencesProps.ContentDisplayColumn[];
};

type ListPreferencesProps = { preferences: Preferences; change: (preferences: Preferences) => void };

/** The settings' dialog with its button. Loaded when the button is pressed: the code that makes columns draggable is large. */
export function ListPreferences({ preferences, change }: ListPreferencesProps) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  // Only a press of its own button opens the design system's dialog.
  useEffect(() => place.current?.querySelector('button')?.click(), []);
  return (
    <div ref={place}>
      <CollectionPreferences
        title={t('customers.preferences')}
        preferences={{
          pageSize: preferences.pageSize,
          wrapLines: preferences.wrapLines,
          contentDisplay: preferences.display,
        }}
        pageSizePreference={{
          options: PAGE_SIZES.map((value) => ({ value, label: t('customers.pageSize', { count: value }) })),
        }}
        wrapLinesPreference={{}}
        contentDisplayPreference={{
          options: COLUMNS.map((id) => ({ id, label: t(`customers.columns.${id}`), alwaysVisible: id === 'name' })),
        }}
        onConfirm={({ detail: { pageSize, wrapLines, contentDisplay } }) =>
          change({
            pageSize: pageSize ?? preferences.pageSize,
            wrapLines: wrapLines ?? preferences.wrapLines,
            display: (contentDisplay as Preferences['display'] | undefined) ?? preferences.display,
          })
        }
      />
    </div>
  );
}
