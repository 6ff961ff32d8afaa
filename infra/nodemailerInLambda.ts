/**
 * Replaces parts of nodemailer in the bundle of `deliverMail` (`bundles.ts` says which). Only attachments need these parts, which
 * are more than half of nodemailer. Measured: 89 KB become 41 KB.
 */

/** Replaces `mime-types`, the types of a thousand file extensions: our mails have no files. */
export const detectMimeType = () => 'application/octet-stream';
export const detectExtension = () => 'bin';

/** Replaces `fetch`: no part of a mail is fetched from an address. */
// biome-ignore lint/style/noDefaultExport: it replaces a default export
export default function fetchContent(): never {
  throw new Error('The bundle fetches no content of mails: see infra/nodemailerInLambda.ts');
}
