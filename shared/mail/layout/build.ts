/** `npm run mail:build`: renders the layout of the mails into `layout.json`, which functions fill and the repository keeps. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderLayout } from './renderLayout.ts';

const layout = `${JSON.stringify(await renderLayout(), null, 2)}\n`;
writeFileSync(join(import.meta.dirname, 'layout.json'), layout);
