/** fast-check with the seed of the run, so that a test gives the same result each time. */
import fc from 'fast-check';
import { SEED } from './size.ts';

fc.configureGlobal({ seed: SEED });

export { fc };
