/** The imports allowed by the layout, read from the import statements of all files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** The parts of the project, each with the parts that it may import from. Tests may import from everywhere. */
const PARTS: Record<string, string[]> = {
  shared: [],
  functions: ['shared'],
  portal: ['shared'],
  // An operator's commands read the environments' files.
  cli: ['shared', 'infra'],
  // The stack writes the settings of the pages, whose type is the portal's, and the version of the package.
  infra: ['shared', 'portal', 'package.json', 'cdk.json'],
  // The engine's version is named there.
  local: ['shared', 'infra', 'cli', 'package.json'],
};

/** The subjects of `shared`, from the bottom up: each may import only from those before it. */
const SHARED = [
  'metrics.ts',
  'log.ts',
  'inParallel.ts',
  'contract',
  'program',
  'table',
  'client',
  'import',
  'partner',
  'customer',
  'access',
  'cloud',
  'invitation',
  'mail',
  'http',
];

type Import = { from: string; to: string };

/** The imports of a part's files from other files of the project, including types. Tests are left out. */
function importsOf(part: string): Import[] {
  const files = readdirSync(join(root, part), { recursive: true, encoding: 'utf8' })
    .map((file) => posix.join(part, file.replaceAll('\\', '/')))
    .filter((file) => /\.(ts|tsx|js)$/.test(file) && !/\.test\.tsx?$/.test(file));
  return files.flatMap((from) =>
    [...readFileSync(join(root, from), 'utf8').matchAll(/(?:from |import\(|import )'(\.[^']+)'/g)].map(
      ([, path = '']) => ({
        from,
        to: posix.normalize(posix.join(posix.dirname(from), path)),
      }),
    ),
  );
}

const partOf = (path: string) => path.split('/', 1)[0] ?? '';
const subjectOf = (path: string) => path.split('/')[1] ?? '';
const shown = ({ from, to }: Import) => `${from} imports ${to}`;

test.each(Object.entries(PARTS))('%s imports only from %j', (part, allowed) => {
  const imports = importsOf(part);
  expect(imports.length).toBeGreaterThan(0);
  const wrong = imports.filter(({ to }) => partOf(to) !== part && !allowed.includes(partOf(to)));
  expect(wrong.map(shown)).toEqual([]);
});

test('no function imports another function', () => {
  expect(
    importsOf('functions')
      .filter(({ to }) => partOf(to) === 'functions')
      .map(shown),
  ).toEqual([]);
});

describe('shared', () => {
  test('has the subjects of the layout and no others', () => {
    const there = readdirSync(join(root, 'shared')).filter((name) => !/\.test\.ts$/.test(name));
    expect(there.sort()).toEqual([...SHARED].sort());
  });

  test.each(SHARED)('%s imports only from what is below it', (subject) => {
    const below = SHARED.slice(0, SHARED.indexOf(subject));
    const upward = importsOf('shared').filter(
      ({ from, to }) => subjectOf(from) === subject && subjectOf(to) !== subject && !below.includes(subjectOf(to)),
    );
    expect(upward.map(shown)).toEqual([]);
  });

  test('no module imports itself, directly or through others', () => {
    const imports = Map.groupBy(importsOf('shared'), ({ from }) => from);
    const circles: string[] = [];
    const done = new Set<string>();
    const follow = (file: string, way: string[]): void => {
      if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
      if (done.has(file) || way.includes(file)) return;
      for (const { to } of imports.get(file) ?? []) follow(to, [...way, file]);
      done.add(file);
    };
    for (const file of imports.keys()) follow(file, []);
    expect(circles).toEqual([]);
  });
});
