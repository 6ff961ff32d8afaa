/** The icon of the local pages. Browsers ask each server for it. */
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';

const ICON = readFileSync(join(import.meta.dirname, '../portal/public/portal.svg'));

/** Answers `/favicon.ico` with the portal's icon. */
export function sendIcon(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'image/svg+xml', 'cache-control': 'max-age=86400' }).end(ICON);
}
