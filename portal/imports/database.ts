/**
 * The imports of a person, kept in the browser's database. All tabs of the person share them. A change of rows and the change of the
 * numbers are one transaction: every tab always reads numbers that add up.
 */
import { type DBSchema, type IDBPDatabase, type IDBPObjectStore, openDB } from 'idb';
import { batchesOf, type ImportResult, isDailyLimit, pauseOf } from '../../shared/import/sendRows.ts';
import type { BadRow } from '../customers/checkedFile.ts';
import { databaseOf } from './forget.ts';
import {
  answered,
  badRowOf,
  begun,
  type Import,
  type ImportedRow,
  inState,
  isOld,
  leftOut,
  moved,
  type NewImport,
  OPEN_STATES,
  type Pause,
  type RowState,
  type Stop,
  sentAgain,
  unfinishedRows,
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
  let unfinished = 0;
  let isFailing = false;
  let isForgotten = false;
  let reading: Promise<void> = Promise.resolve();
  let opening: Promise<IDBPDatabase<Schema>> | undefined;

  /** Opens the database, also after the browser has closed it. */
  async function database(): Promise<IDBPDatabase<Schema>> {
    opening ??= open();
    try {
      return await opening;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  }

  // Where storage is blocked, `openDB` throws before it returns a promise.
  const open = async () =>
    openDB<Schema>(name, 1, {
      upgrade: (created) => {
        created.createObjectStore('imports', { keyPath: 'id' });
        created
          .createObjectStore('rows', { keyPath: ['importId', 'number'] })
          .createIndex('state', ['importId', 'state']);
      },
      // The person has signed out: the database is deleted as soon as all tabs have closed it.
      blocking: (_version, _next, event) => {
        isForgotten = true;
        (event.target as IDBDatabase).close();
        show([]);
      },
      terminated: () => {
        opening = undefined;
      },
    });

  const tell = (): void => {
    for (const listener of listeners) listener();
  };

  function show(imports: readonly Import[]): void {
    shown = imports.filter((each) => each.partnerId === partnerId);
    unfinished = imports.reduce((sum, { numbers }) => sum + unfinishedRows(numbers), 0);
    tell();
  }

  /** Reads the imports. One reading follows the other, so that an older one never replaces a newer one. */
  function refresh(): Promise<void> {
    reading = reading
      .then(async () => {
        const all = await (await database()).getAll('imports');
        show(all.sort((one, other) => other.createdAt.localeCompare(one.createdAt)));
      })
      // The database cannot be opened, or has just been deleted.
      .catch(() => (shown && !isForgotten ? undefined : show([])));
    return reading;
  }
  tabs.onmessage = () => void refresh();

  /** Makes a change as one transaction, and tells all tabs of it. */
  async function change<Result>(make: (stores: Stores) => Promise<Result>): Promise<Result> {
    try {
      const transaction = (await database()).transaction(STORES, 'readwrite');
      const { done } = transaction;
      // A request that fails undoes the transaction. Then `make` throws the reason.
      done.catch(() => {});
      const result = await make({
        imports: transaction.objectStore('imports'),
        rows: transaction.objectStore('rows'),
      });
      await done;
      isFailing = false;
      tabs.postMessage('changed');
      await refresh();
      return result;
    } catch (error) {
      isFailing = !isForgotten;
      tell();
      throw error;
    }
  }

  /** Makes a change that a person has asked for with a button. If it fails, `isFailing` says so. */
  const changeAsked = async (make: (stores: Stores) => Promise<unknown>): Promise<void> => {
    await change(make).catch(() => {});
  };

  const nextImport =
    (id: string, next: (job: Import) => Import) =>
    async ({ imports }: Stores): Promise<void> => {
      const job = await imports.get(id);
      if (job) await imports.put(next(job));
    };

  /** Changes an import, unless it has been removed. */
  const changeImport = (id: string, next: (job: Import) => Import) => change(nextImport(id, next));
  const changeImportAsked = (id: string, next: (job: Import) => Import) => changeAsked(nextImport(id, next));

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
    partnerId,

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

    /** The import that is sent now, if one is running: the oldest one. */
    sent: () => shown?.findLast(({ state }) => state === 'running'),

    /** How many rows are lost if the person's imports are forgotten: those for other partners, too. */
    unfinished: () => unfinished,

    /** Whether the last change could not be stored: the disk is full, or the browser has closed the database. */
    isFailing: () => isFailing,

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
      const index = (await database()).transaction('rows').store.index('state');
      const open = await Promise.all(OPEN_STATES.map((state) => index.getAll([id, state])));
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
          return answer && row.state === 'waiting' ? answered(row, answer.result, answer.isSentBefore, since) : row;
        });
        const limit = limitIn(answers);
        if (job && job.state !== 'done') {
          const { pause: _, ...going } = job;
          await stores.imports.put(limit && job.state === 'running' ? inState(job, 'stopped', limit) : going);
        }
      }),

    /** Says why the import sends nothing for a while. */
    pause: (id: string, pause: Pause) => changeImport(id, (job) => (job.state === 'running' ? { ...job, pause } : job)),

    /** Says that the import goes on: the person has signed in again. */
    endPause: (id: string) => changeImport(id, ({ pause: _, ...going }) => going),

    stop: (id: string, stop: Stop) =>
      changeImportAsked(id, (job) => (job.state === 'running' ? inState(job, 'stopped', stop) : job)),

    goOn: (id: string) => changeImportAsked(id, (job) => (job.state === 'stopped' ? inState(job, 'running') : job)),

    /** Keeps what a person has corrected in a cell. Nothing is sent. */
    correct: (id: string, number: number, correction: (row: ImportedRow, job: Import) => ImportedRow) =>
      changeAsked((stores) =>
        replaceRows(stores, id, [number], (row, job) => (isOpen(row) ? correction(row, job) : row)),
      ),

    /** Sends rows with these numbers: corrected ones, and refused ones, whose reasons may have passed. Without numbers, the refused rows. */
    send: (id: string, numbers?: readonly number[]) =>
      changeAsked(async (stores) => {
        const wanted = numbers ?? (await openKeys(stores.rows, id, ['refused']));
        await replaceRows(stores, id, wanted, (row) => (isOpen(row) && row.row ? sentAgain(row) : row));
      }),

    /** Leaves out the rows that have to be corrected: all of them, or those with these numbers. */
    leaveOut: (id: string, numbers?: readonly number[]) =>
      changeAsked(async (stores) => {
        const open = numbers ?? (await openKeys(stores.rows, id, OPEN_STATES));
        await replaceRows(stores, id, open, (row) => (isOpen(row) ? leftOut(row) : row));
      }),

    /** Closes the notification about the import's present state. */
    dismiss: (id: string) => changeImportAsked(id, (job) => ({ ...job, isDismissed: true })),

    /** Removes an import that is not running from the list, with its rows. */
    remove: (id: string) =>
      changeAsked(async (stores) => {
        const job = await stores.imports.get(id);
        if (job?.state !== 'running') await deleteImport(stores, id);
      }),

    /** Removes the imports that nobody has to see any more. */
    tidy: async (now: Date) => {
      const old = (await (await database()).getAll('imports')).filter((job) => isOld(job, now));
      if (old.length > 0)
        await change(async (stores) => void (await Promise.all(old.map(({ id }) => deleteImport(stores, id)))));
    },

    close: async () => {
      tabs.close();
      (await database()).close();
    },
  };
}

/** Whether the person has to deal with a row. Another tab, or the sending, may have dealt with it since it was shown. */
const isOpen = ({ state }: ImportedRow): boolean => state === 'refused' || state === 'toCorrect';

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
