/**
 * What a release may change about the table. CloudFormation makes or drops one index of a table in an update, and refuses an update with
 * more. An index takes as long as the table is large, and nothing else of the release should wait for it, or be rolled back with it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { FORMAT } from '../shared/table/format.ts';
import { FUNCTION_NAMES, permissionsOf } from './permissions.ts';
import { PortalTable } from './table.ts';

/** The file with the table of the newest release. `npm run release:record` writes it. */
export const RELEASED_TABLE = join(import.meta.dirname, 'released/table.json');

type Index = { IndexName: string };
type Attribute = { AttributeName: string; AttributeType: string };
export type TableProperties = Record<string, unknown> & {
  GlobalSecondaryIndexes?: Index[];
  AttributeDefinitions?: Attribute[];
};

/** What a release says about the table. */
export type TableRelease = {
  /** The format of the items that the release writes. */
  format: number;
  /** The indexes that its functions query. */
  queried: string[];
  /** The table's properties in the template. */
  table: TableProperties;
};

/** The table of this version. */
export function tableNow(): TableRelease {
  const app = new App();
  const stack = new Stack(app, 'Table');
  new PortalTable(stack, 'Table', 'production');
  const { Resources } = app.synth().getStackByName('Table').template as {
    Resources: Record<string, { Properties: TableProperties }>;
  };
  const [table] = Object.values(Resources);
  if (!table) throw new Error('The stack has no table');
  const queried = FUNCTION_NAMES.flatMap((name) => permissionsOf(name).query ?? []).filter((what) => what !== 'table');
  return { format: FORMAT, queried: [...new Set(queried)].sort(), table: table.Properties };
}

/** The table of the newest release. */
export const releasedTable = (): TableRelease => JSON.parse(readFileSync(RELEASED_TABLE, 'utf8')) as TableRelease;

/** The faults of a version that follows a release: one sentence each. */
export function tableFaults(released: TableRelease, next: TableRelease): string[] {
  const [before, after] = [indexesOf(released), indexesOf(next)];
  const made = [...after.keys()].filter((name) => !before.has(name));
  const dropped = [...before.keys()].filter((name) => !after.has(name));
  const changed = [...after].filter(([name, index]) => before.has(name) && before.get(name) !== index);
  const moves = [...made.map((name) => `makes ${name}`), ...dropped.map((name) => `drops ${name}`)];
  const others = otherChanges(released, next);
  return [
    ...otherTypes(released, next).map(
      (name) => `The attribute ${name} has another type than in the items of the table.`,
    ),
    ...changed.map(
      ([name]) =>
        `The index ${name} is another one than in the release before. Make an index with another name, use it in the release after that, and then drop ${name}.`,
    ),
    ...(moves.length > 1
      ? [
          `A release makes or drops one index, and this one ${moves.join(' and ')}. Leave one of them for the next release.`,
        ]
      : []),
    ...(moves.length > 0 && others.length > 0
      ? [`This release ${moves.join(' and ')}. Leave the change of ${others.join(', ')} for the next release.`]
      : []),
    ...dropped
      .filter((name) => released.queried.includes(name))
      .map(
        (name) =>
          `The functions of the release before still query ${name}, and the table changes before the functions do. Drop it in the next release.`,
      ),
    ...(next.format === released.format || next.format === released.format + 1
      ? []
      : [
          `The format after ${released.format} is ${released.format + 1}, not ${next.format} (shared/table/format.ts).`,
        ]),
  ];
}

const indexesOf = ({ table: { GlobalSecondaryIndexes = [] } }: TableRelease) =>
  new Map(GlobalSecondaryIndexes.map((index) => [index.IndexName, JSON.stringify(index)]));

/** What else differs: the format, and the table's properties beside the indexes and the attributes that these are made of. */
function otherChanges(released: TableRelease, next: TableRelease): string[] {
  const [before, after] = [released.table, next.table];
  const properties = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => name !== 'GlobalSecondaryIndexes' && name !== 'AttributeDefinitions')
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .sort();
  return [...(next.format === released.format ? [] : ['the format']), ...properties];
}

/** The attributes whose types differ. */
const otherTypes = ({ table: before }: TableRelease, { table: after }: TableRelease): string[] =>
  (after.AttributeDefinitions ?? [])
    .filter(({ AttributeName: name, AttributeType }) => {
      const was = before.AttributeDefinitions?.find(({ AttributeName }) => AttributeName === name);
      return was !== undefined && was.AttributeType !== AttributeType;
    })
    .map(({ AttributeName }) => AttributeName);
