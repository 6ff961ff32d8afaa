/** `npm run mail:build`: renders the layout of mails into `layout.json`. The file is part of the repository and of functions. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderLayout } from './renderLayout.ts';

const layout = `${JSON.stringify(await renderLayout(), null, 2)}\n`;
writeFileSync(join(import.meta.dirname, 'layout.json'), layout);
