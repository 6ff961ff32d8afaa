/**
 * What the bundle of `deliverMail` has in place of parts of nodemailer that only attachments need, and that would be more than half
 * of it: `bundles.ts` says which. Measured: 89 KB become 41 KB.
 */

/** Instead of `mime-types`, the type of a thousand file extensions: our mails have no files. */
export const detectMimeType = () => 'application/octet-stream';
export const detectExtension = () => 'bin';

/** Instead of `fetch`: nothing in a mail is read from an address. */
// biome-ignore lint/style/noDefaultExport: it stands in for one
export default function fetchContent(): never {
  throw new Error('The bundle fetches no content of mails: see infra/nodemailerInLambda.ts');
}
