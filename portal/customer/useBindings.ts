import { getAccess } from '../../shared/contract/contract.ts';
import { useReadOn, useReadPages } from '../api/useApi.ts';

/** As many roles as one request answers: all of them are needed to know what may be offered. */
const BINDINGS_AT_ONCE = '1000';

/** All roles on a customer. @param enabled `false`: not yet, or not for this person to read */
export function useBindings(customerId: string, enabled = true) {
  const read = useReadPages(getAccess, { path: { customerId }, query: { pageSize: BINDINGS_AT_ONCE } }, { enabled });
  useReadOn(read);
  const { pages, hasNextPage, error, refetch } = read;
  return {
    bindings: pages.flatMap((page) => page.accessBindings),
    isComplete: pages.length > 0 && !hasNextPage,
    error,
    retry: () => void refetch(),
  };
}
