/** The mails of a stack, in memory and in its data folder. */
import { appendFileSync, createReadStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fold } from '../shared/table/fold.ts';
import { searchedEmail } from '../shared/table/search.ts';
import type { Mail } from './receivedMail.ts';

/** A mail in the list of the inbox's page. */
export type MailRow = { messageId: string; to: string[]; subject: string; at: number };

type Part = {
  /** Words that the mails contain in recipient, subject or text. */
  search: string;
  /** The place of the first mail, in the list that begins with the newest. */
  from: number;
  count: number;
  /** A mail whose place is wanted. */
  open?: string | undefined;
};

/** A part of the list, newest first. */
export type MailList = {
  /** How many mails there are. */
  total: number;
  /** How many of them match the search. */
  matching: number;
  /** The place of the wanted mail among them; -1 if it is not among them. */
  openAt: number;
  mails: MailRow[];
};

type Kept = { mail: Mail; searched: string };

/** The mails. `openMailbox` reads those of the last run. */
export class Mailbox {
  /** Called after each change. */
  changed: () => void = () => {};
  readonly #file: string;
  readonly #sources: string;
  /** By their ids, oldest first. */
  readonly #kept = new Map<string, Kept>();

  /** @param directory the data folder: `inbox.jsonl` has the mails, one line of JSON for each, and `inbox/<id>.eml` their bytes */
  constructor(directory: string) {
    this.#file = `${directory}/inbox.jsonl`;
    this.#sources = `${directory}/inbox`;
    mkdirSync(this.#sources, { recursive: true, mode: 0o700 });
  }

  async read(): Promise<void> {
    if (!existsSync(this.#file)) return;
    for await (const line of createInterface({ input: createReadStream(this.#file) })) {
      if (line !== '') this.#remember(JSON.parse(line) as Mail);
    }
  }

  /** The mails, oldest first. */
  get mails(): Mail[] {
    return [...this.#kept.values()].map(({ mail }) => mail);
  }

  get(messageId: string): Mail | undefined {
    return this.#kept.get(messageId)?.mail;
  }

  /** The bytes of a mail. `undefined` if a version kept the mail that did not keep bytes yet. */
  sourceOf({ messageId }: Mail): Buffer | undefined {
    const file = this.#sourceFile(messageId);
    return existsSync(file) ? readFileSync(file) : undefined;
  }

  /** A part of the list of mails. All words of the search must be in a mail. */
  list({ search, from, count, open }: Part): MailList {
    // Addresses are shown with their domain in its own script.
    const words = search.split(/\s+/).map((word) => fold(searchedEmail(word)));
    const matching: Mail[] = [];
    for (const { mail, searched } of this.#kept.values())
      if (words.every((word) => searched.includes(word))) matching.push(mail);
    matching.reverse();
    return {
      total: this.#kept.size,
      matching: matching.length,
      openAt: matching.findIndex(({ messageId }) => messageId === open),
      mails: matching
        .slice(from, from + count)
        .map(({ messageId, destination, subject, at }) => ({ messageId, to: destination.to, subject, at })),
    };
  }

  add(mail: Mail, source: Buffer): void {
    writeFileSync(this.#sourceFile(mail.messageId), source, { mode: 0o600 });
    appendFileSync(this.#file, `${JSON.stringify(mail)}\n`, { mode: 0o600 });
    this.#remember(mail);
    this.changed();
  }

  /** Deletes all mails. */
  empty(): void {
    rmSync(this.#sources, { recursive: true, force: true });
    mkdirSync(this.#sources, { mode: 0o700 });
    writeFileSync(this.#file, '', { mode: 0o600 });
    this.#kept.clear();
    this.changed();
  }

  #remember(mail: Mail): void {
    const { messageId, destination, subject, body } = mail;
    const { to, cc, bcc } = destination;
    const searched = fold([...to, ...cc, ...bcc, subject, body.text ?? ''].join(' '));
    this.#kept.set(messageId, { mail, searched });
  }

  #sourceFile(messageId: string): string {
    return `${this.#sources}/${messageId}.eml`;
  }
}
