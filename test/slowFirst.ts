import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest, the slowest first (`npm test` prints them). Before them come those that synthesize with AWS's validator: they
 * collect garbage again and again, which takes longer in a worker that already holds much.
 */
const SLOWEST = [
  'infra/environments',
  'infra/stacks',
  'test/browser/customersPage',
  'test/browser/customerPage',
  'test/browser/looks',
  'test/api/badInput',
  'test/api/roles',
  'test/browser/addCustomersPage',
  'test/api/import',
  'test/api/permissions',
];

/** Starts the slowest files first, so that no worker is left with one of them at the end. In a fresh clone, vitest knows no times. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = SLOWEST.findIndex((name) => moduleId.endsWith(`${name}.test.ts`));
      return place < 0 ? SLOWEST.length : place;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}
