import Box from '@cloudscape-design/components/box';
import type { CollectionPreferencesProps } from '@cloudscape-design/components/collection-preferences';
import Link from '@cloudscape-design/components/link';
import type { TableProps } from '@cloudscape-design/components/table';
import { useTranslation } from 'react-i18next';
import type { ListPlace } from '../customer/listPlace.ts';
import { useFormat } from '../language/format.ts';
import { Day, Relative } from '../language/Moment.tsx';
import { shortened } from '../language/shortened.ts';
import { useFollow } from '../shell/useFollow.ts';
import { type Customer, CustomerStatus, DeliveryStatus } from './customerStatus.tsx';

/** The columns that the list can show. */
export const COLUMNS = [
  'name',
  'status',
  'email',
  'delivery',
  'deadline',
  'clouds',
  'createdAt',
  'createdBy',
  'role',
  'id',
] as const;
export type Column = (typeof COLUMNS)[number];

/** Columns that are shown only if the person asks for them. */
const HIDDEN: readonly Column[] = ['createdAt', 'createdBy', 'role', 'id'];

/** Widths in pixels that don't break usual values. A phone shows the first two columns. */
const MIN_WIDTHS: Partial<Record<Column, number>> = {
  name: 100,
  status: 166,
  delivery: 160,
  deadline: 110,
  createdAt: 110,
};

/** The widest column in pixels, however long its values are. */
const MAX_WIDTH = 320;
const MAX_EMAIL_WIDTH = 220;

/** The columns in their usual order. */
export const DEFAULT_DISPLAY: CollectionPreferencesProps.ContentDisplayColumn[] = COLUMNS.map((id) => ({
  id,
  visible: !HIDDEN.includes(id),
}));

/** @param list the list with its customers, from which a customer's page leads to the next one */
export function useCustomerColumns(list: ListPlace): TableProps.ColumnDefinition<Customer>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const follow = useFollow({ list });
  const cells: Record<Column, (customer: Customer) => React.ReactNode> = {
    name: ({ id, name, friendlyName }) => (
      <>
        <Link href={`/customers/${id}`} onFollow={follow}>
          {shortened(name)}
        </Link>
        {friendlyName !== undefined && friendlyName !== name && (
          <Box color="text-body-secondary" fontSize="body-s">
            {shortened(friendlyName)}
          </Box>
        )}
      </>
    ),
    email: ({ email }) => email ?? '–',
    status: ({ status, statusReason }) => (
      <CustomerStatus
        customer={{ status, ...(statusReason !== undefined && { statusReason: shortened(statusReason) }) }}
      />
    ),
    delivery: (customer) => <DeliveryStatus delivery={customer.delivery} />,
    deadline: ({ invite, approval }) => {
      const deadline = invite ?? approval;
      return deadline ? <Relative at={deadline.expiresAt} /> : '–';
    },
    clouds: ({ clouds }) => format.number(clouds),
    createdAt: ({ createdAt }) => <Day at={createdAt} />,
    createdBy: ({ createdBy }) => createdBy,
    role: ({ role }) => shortened(role),
    id: ({ id }) => id,
  };
  return COLUMNS.map((id) => ({
    id,
    header: t(`customers.columns.${id}`),
    cell: cells[id],
    maxWidth: id === 'email' ? MAX_EMAIL_WIDTH : MAX_WIDTH,
    ...(MIN_WIDTHS[id] !== undefined && { minWidth: MIN_WIDTHS[id] }),
    isRowHeader: id === 'name',
  }));
}
