import { afterEach, expect } from 'vitest';
import type { Answer, TestPortal } from '../stack.ts';

/** Lets something else happen right before a function's first commit, in the tests of a file. */
export function racesOn(portal: TestPortal) {
  /** What was done right before a commit, with its answer. */
  const interferences: { functionName: string; answer?: Answer }[] = [];
  afterEach(() => {
    portal.stack.aws.interfere = () => undefined;
    for (const { functionName, answer } of interferences.splice(0))
      expect(answer?.status, `before the commit of ${functionName}`).toBeLessThan(300);
  });

  /** Does something else right before a function's first commit. It has to succeed. If the SDK sends that commit again, this waits, too. */
  function beforeCommitOf(functionName: string, act: () => Promise<Answer>): void {
    const mine: (typeof interferences)[number] = { functionName };
    interferences.push(mine);
    let commit: unknown;
    let acted: Promise<undefined> | undefined;
    const acting = async (): Promise<undefined> => {
      mine.answer = await act();
    };
    portal.stack.aws.interfere = ({ functionName: by, operation, input }) => {
      if (by !== functionName || operation !== 'TransactWriteItems') return undefined;
      commit ??= input['ClientRequestToken'];
      if (input['ClientRequestToken'] !== commit) return undefined;
      acted ??= acting();
      return { before: () => acted };
    };
  }

  return { beforeCommitOf };
}
