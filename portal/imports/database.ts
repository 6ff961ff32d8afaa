/**
 * The imports of a person, kept in the browser's database. All tabs of the person share them. A change of rows and the change of the
 * numbers are one transaction: every tab always reads numbers that add up.
 */
import { type DBSchema, type IDBPObjectStore, openDB } from 'idb';
import { batchesOf, type ImportResult, isDailyLimit, pauseOf } from '../../shared/import/sendRows.ts';
import type { BadRow, GoodRow } from '../customers/checkedFile.ts';
import { databaseOf } from './forget.ts';
import {
  answered,
  badRowOf,
  begun,
  corrected,
  type Import,
  type ImportedRow,
  inState,
  isOld,
  moved,
  type NewImport,
  type Pause,
  type RowState,
  type Stop,
  withNumbers,
} from './job.ts';

interface Schema extends DBSchema {
  imports: { key: string; value: Import };
  rows: { key: [string, number]; value: ImportedRow; indexes: { state: [string, RowState] } };
}

const STORES: ['imports', 'rows'] = ['imports', 'rows'];
type Store<Name extends 'imports' | 'rows'> = IDBPObjectStore<Schema, typeof STORES, Name, 'readwrite'>;
type Stores = { imports: Store<'imports'>; rows: Store<'rows'> };

/** The most rows of a request. */
const BATCH_ROWS = 100;

/** A row that is about to be sent. `isSentBefore`: an earlier request with it got no answer. */
export type SentRow = ImportedRow & { isSentBefore: boolean };

export type Imports = ReturnType<typeof openImports>;

/**
 * Opens the imports that a person has begun for a partner.
 *
 * @param subject the person, as the issuer names it
 */
export function openImports(subject: string, partnerId: string) {
  const name = databaseOf(subject);
  const tabs = new BroadcastChannel(name);
  const listeners = new Set<() => void>();
  let shown: readonly Import[] | undefined;
  let reading: Promise<void> = Promise.resolve();

  const opening = openDB<Schema>(name, 1, {
    upgrade: (database) => {
      database.createObjectStore('imports', { keyPath: 'id' });
      database
        .createObjectStore('rows', { keyPath: ['importId', 'number'] })
        .createIndex('state', ['importId', 'state']);
    },
    // The person has signed out: the database is deleted as soon as all tabs have closed it.
    blocking: (_version, _next, event) => {
      (event.target as IDBDatabase).close();
      show([]);
    },
  });
  // Each use of the database says so again.
  opening.catch(() => show([]));

  function show(imports: readonly Import[]): void {
    shown = imports;
    for (const listener of listeners) listener();
  }

  /** Reads the imports. One reading follows the other, so that an older one never replaces a newer one. */
  function refresh(): Promise<void> {
    reading = reading
      .then(async () => {
        const all = await (await opening).getAll('imports');
        const own = all.filter((each) => each.partnerId === partnerId);
        show(own.sort((one, other) => other.createdAt.localeCompare(one.createdAt)));
      })
      // The database cannot be opened, or has just been deleted.
      .catch(() => show([]));
    return reading;
  }
  tabs.onmessage = () => void refresh();

  /** Makes a change as one transaction, and tells all tabs of it. */
  async function change<Result>(make: (stores: Stores) => Promise<Result>): Promise<Result> {
    const transaction = (await opening).transaction(STORES, 'readwrite');
    const { done } = transaction;
    // A request that fails undoes the transaction. Then `make` throws the reason.
    done.catch(() => {});
    const result = await make({
      imports: transaction.objectStore('imports'),
      rows: transaction.objectStore('rows'),
    });
    await done;
    tabs.postMessage('changed');
    await refresh();
    return result;
  }

  /** Changes an import, unless it has been removed. */
  const changeImport = (id: string, next: (job: Import) => Import) =>
    change(async ({ imports }) => {
      const job = await imports.get(id);
      if (job) await imports.put(next(job));
    });

  /** Replaces rows of an import, and moves its numbers. Does nothing if the import has been removed. */
  async function replaceRows(
    { imports, rows }: Stores,
    id: string,
    numbers: readonly number[],
    next: (row: ImportedRow, job: Import) => ImportedRow,
  ): Promise<Import | undefined> {
    const job = await imports.get(id);
    if (!job) return undefined;
    const moves: [RowState, RowState][] = [];
    await Promise.all(
      numbers.map(async (number) => {
        const before = await rows.get([id, number]);
        if (!before) return;
        const after = next(before, job);
        moves.push([before.state, after.state]);
        await rows.put(after);
      }),
    );
    const changed = withNumbers(job, moved(job.numbers, moves));
    await imports.put(changed);
    return changed;
  }

  const openKeys = async (rows: Store<'rows'>, id: string, states: readonly RowState[]) =>
    (await Promise.all(states.map((state) => rows.index('state').getAllKeys([id, state])))).flat().map(([, at]) => at);

  const deleteImport = async ({ imports, rows }: Stores, id: string) => {
    await imports.delete(id);
    await rows.delete(IDBKeyRange.bound([id], [id, []]));
  };

  return {
    name,

    /** Calls back after each change of the imports, in whichever tab it was made. @returns a function that ends this */
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },

    /** The imports, newest first; undefined until they have been read. */
    snapshot: () => shown,
    refresh,

    /** Begins to import a file. @returns the import's id @throws if the browser has no room for it */
    add: (file: NewImport) =>
      change(async ({ imports, rows }) => {
        const id = crypto.randomUUID();
        const { job, rows: all } = begun(file, { id, partnerId, now: new Date() });
        await imports.put(job);
        await Promise.all(all.map((row) => rows.put(row)));
        return id;
      }),

    /** The rows that the person has to deal with, in the order of the file. */
    rowsToCorrect: async (id: string): Promise<BadRow[]> => {
      const index = (await opening).transaction('rows').store.index('state');
      const open = await Promise.all((['refused', 'toCorrect'] as const).map((state) => index.getAll([id, state])));
      return open
        .flat()
        .sort((one, other) => one.number - other.number)
        .map(badRowOf);
    },

    /**
     * The next rows to send: those of the oldest import that is running. They are marked as sent before they are, so that a later request
     * knows it if their answer gets lost.
     */
    nextBatch: () =>
      change(async ({ imports, rows }): Promise<{ job: Import; rows: SentRow[] } | undefined> => {
        const running = (await imports.getAll()).filter(
          (each) => each.partnerId === partnerId && each.state === 'running',
        );
        const job = running.sort((one, other) => one.createdAt.localeCompare(other.createdAt))[0];
        if (!job) return undefined;
        const waiting = await rows.index('state').getAll([job.id, 'waiting'], BATCH_ROWS);
        const batch = waiting.slice(0, batchesOf(waiting.map(({ row }) => row))[0]?.length);
        await Promise.all(batch.map((row) => rows.put({ ...row, isSent: true })));
        return { job, rows: batch.map((row) => ({ ...row, isSentBefore: row.isSent === true })) };
      }),

    /** Remembers which customer was the newest one before the import. `since`: when it was created. */
    setSince: (id: string, since: string) => changeImport(id, (job) => ({ ...job, since })),

    /** Writes down the answers of rows. A limit of the day stops the import. */
    answer: (id: string, answers: readonly (readonly [SentRow, ImportResult])[]) =>
      change(async (stores) => {
        const results = new Map(
          answers.map(([{ number, isSentBefore }, result]) => [number, { result, isSentBefore }]),
        );
        const job = await replaceRows(stores, id, [...results.keys()], (row, { since }) => {
          const answer = results.get(row.number);
          return answer ? answered(row, answer.result, answer.isSentBefore, since) : row;
        });
        const limit = limitIn(answers);
        if (job && job.state !== 'done') {
          const { pause: _, ...going } = job;
          await stores.imports.put(limit && job.state === 'running' ? inState(job, 'stopped', limit) : going);
        }
      }),

    /** Says why the import sends nothing for a while. */
    pause: (id: string, pause: Pause) => changeImport(id, (job) => (job.state === 'running' ? { ...job, pause } : job)),

    stop: (id: string, stop: Stop) =>
      changeImport(id, (job) => (job.state === 'running' ? inState(job, 'stopped', stop) : job)),

    goOn: (id: string) => changeImport(id, (job) => (job.state === 'stopped' ? inState(job, 'running') : job)),

    /** Sends a row that the person has corrected, unless the row still has faults. */
    correct: (id: string, checked: GoodRow | BadRow) =>
      change((stores) => replaceRows(stores, id, [checked.number], (row) => corrected(row, checked))),

    /** Sends the refused rows again as they are: their reasons may have passed. */
    sendAgain: (id: string) =>
      change(async (stores) => {
        const refused = await openKeys(stores.rows, id, ['refused']);
        await replaceRows(stores, id, refused, ({ problem: _, ...row }) => ({ ...row, state: 'waiting' }));
      }),

    /** Leaves out the rows that have to be corrected: all of them, or those with these numbers. */
    leaveOut: (id: string, numbers?: readonly number[]) =>
      change(async (stores) => {
        const open = numbers ?? (await openKeys(stores.rows, id, ['refused', 'toCorrect']));
        await replaceRows(stores, id, open, ({ importId, number, name }) => ({
          importId,
          number,
          name,
          cells: [],
          state: 'leftOut',
        }));
      }),

    /** Closes the notification about the import's present state. */
    dismiss: (id: string) => changeImport(id, (job) => ({ ...job, isDismissed: true })),

    /** Removes an import that is not running from the list, with its rows. */
    remove: (id: string) =>
      change(async (stores) => {
        const job = await stores.imports.get(id);
        if (job?.state !== 'running') await deleteImport(stores, id);
      }),

    /** Removes the imports that nobody has to see any more. */
    tidy: async (now: Date) => {
      const old = (await (await opening).getAll('imports')).filter((job) => isOld(job, now));
      if (old.length > 0)
        await change(async (stores) => void (await Promise.all(old.map(({ id }) => deleteImport(stores, id)))));
    },

    close: async () => {
      tabs.close();
      (await opening).close();
    },
  };
}

/** The stop for the rest of the day, if an answer calls for it. */
function limitIn(answers: readonly (readonly [SentRow, ImportResult])[]): Stop | undefined {
  for (const [, result] of answers) {
    if ('customer' in result || !isDailyLimit(result.problem)) continue;
    if (pauseOf(result, 1) !== undefined) continue;
    const seconds = result.problem.retryAfterSeconds ?? 0;
    return { why: 'limit', until: new Date(Date.now() + seconds * 1000).toISOString() };
  }
  return undefined;
}
