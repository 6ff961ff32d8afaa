/** Common to all random tests: a seed, and a failure message that says how to replay the failure. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { LONG, SEED } from './size.ts';

fc.configureGlobal({
  seed: SEED,
  reporter: (details) => {
    if (!details.failed) return;
    // The message says how the input was found; the cause says what is wrong with the answer.
    const { testPath = '', currentTestName = '' } = expect.getState();
    const pattern = currentTestName
      .replaceAll(' > ', ' ')
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll("'", '.');
    const file = testPath.slice(process.cwd().length + 1);
    const replay = `SEED=${details.seed} ${LONG ? 'LONG=1 ' : ''}npx vitest run ${file} -t '${pattern}'`;
    throw new Error(`${fc.defaultReportMessage(details)}\n\nTo replay it: ${replay}`, { cause: details.errorInstance });
  },
});
