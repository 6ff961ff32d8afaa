/** `npm run release:record`: keeps the table of this version as that of the newest release, after a release. */
import { writeFileSync } from 'node:fs';
import { RELEASED_TABLE, tableNow } from './tableRelease.ts';

writeFileSync(RELEASED_TABLE, `${JSON.stringify(tableNow(), null, 2)}\n`);
