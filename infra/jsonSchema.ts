/** `npm run schema`: writes `deploy/environment.schema.json`, with which editors complete and check the environments' files. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { environmentsFolder } from './environment.ts';
import { environmentSchema } from './environmentSchema.ts';

/** The path of the JSON Schema. */
export const schemaFile = join(environmentsFolder, 'environment.schema.json');

/** The text of the JSON Schema. */
export const schemaText = (): string =>
  `${JSON.stringify(z.toJSONSchema(environmentSchema, { io: 'input' }), null, 2)}\n`;

if (import.meta.main) writeFileSync(schemaFile, schemaText());
