import Button, { type ButtonProps } from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { listCustomers } from '../../shared/contract/contract.ts';
import { useRead } from '../api/useApi.ts';
import { useFollow } from '../shell/useFollow.ts';
import { besides, type ListPlace, missingPage, placeIn, withPage } from './listPlace.ts';

/** The list from which the person came to this page; undefined if the person came from elsewhere. */
export const useListPlace = (): ListPlace | undefined => placeIn(useLocation().state);

/** Leads to the previous and the next customer of the list from which the person came. */
export function Neighbours({ customerId }: { customerId: string }) {
  const place = useListPlace();
  return place && <NeighboursIn key={customerId} place={place} customerId={customerId} />;
}

const SIDES = ['previous', 'next'] as const;

function NeighboursIn({ place, customerId }: { place: ListPlace; customerId: string }) {
  const { t } = useTranslation();
  const [known, setKnown] = useState(place);
  const missing = missingPage(known, customerId);
  const { data, error } = useRead(
    listCustomers,
    { query: { ...known.filter, pageSize: String(known.pageSize), pageToken: missing?.token ?? undefined } },
    { enabled: missing !== undefined },
  );
  useEffect(() => {
    if (!missing || !data) return;
    const ids = data.customers.map(({ id }) => id);
    setKnown(withPage(known, missing.side, ids, data.nextPageToken));
  }, [known, missing, data]);

  // The button that was pressed is on a page that was left: its focus goes on here.
  const { moved } = (useLocation().state ?? {}) as { moved?: (typeof SIDES)[number] };
  const buttons = { previous: useRef<ButtonProps.Ref>(null), next: useRef<ButtonProps.Ref>(null) };
  const pressed = moved && buttons[moved];
  useEffect(() => {
    // After the shell has moved the focus to the beginning of the new page.
    const frame = requestAnimationFrame(() => {
      const { activeElement } = document;
      if (activeElement === document.body || activeElement?.id === 'page') pressed?.current?.focus();
    });
    return () => cancelAnimationFrame(frame);
  }, [pressed]);

  const follow = {
    previous: useFollow({ list: known, moved: 'previous' }),
    next: useFollow({ list: known, moved: 'next' }),
  };
  const beside = besides(known, customerId);
  const buttonOf = (side: (typeof SIDES)[number]) => {
    const id = beside[side];
    const isAwaited = id === undefined && missing?.side === (side === 'next' ? 'after' : 'before');
    const reason = isAwaited && error ? 'notRead' : side === 'next' ? 'last' : 'first';
    return (
      <Button
        key={side}
        ref={buttons[side]}
        iconName={side === 'next' ? 'angle-right' : 'angle-left'}
        iconAlign={side === 'next' ? 'right' : 'left'}
        {...(id === undefined
          ? { disabled: true, disabledReason: t(`customer.neighbours.${reason}`) }
          : { href: `/customers/${id}`, onFollow: follow[side] })}
        loading={isAwaited && !error}
      >
        {t(`customer.neighbours.${side}`)}
      </Button>
    );
  };
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {SIDES.map(buttonOf)}
    </SpaceBetween>
  );
}
