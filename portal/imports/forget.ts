/** Where a person's imports are in the browser, and how they are deleted. The first page loads this file, and not the database's code. */

/** The longest time that signing out waits until other tabs have closed the database. It is deleted in any case. */
const WAIT_MS = 1000;

/** The database of a person has the person's subject in its name: nobody else who signs in in this browser opens it. */
export const databaseOf = (subject: string): string => `portal.imports.${subject}`;

/** Deletes the imports of a person, who signs out. */
export function forgetImports(subject: string): Promise<void> {
  return new Promise((resolve) => {
    try {
      const deleting = indexedDB.deleteDatabase(databaseOf(subject));
      deleting.onsuccess = () => resolve();
      deleting.onerror = () => resolve();
    } catch {
      // Without storage, there are no imports.
      resolve();
    }
    setTimeout(resolve, WAIT_MS);
  });
}
