/** Files in the data folder that outlive a run. Only their owner can read them. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Reads a JSON file. The first call makes its content and writes the file. */
export async function keep<T>(file: string, make: () => T | Promise<T>): Promise<T> {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as T;
  const made = await make();
  writeJson(file, made);
  return made;
}

/** Writes a JSON file, whole or not at all. */
export function writeJson(file: string, content: unknown): void {
  writeFileSync(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
