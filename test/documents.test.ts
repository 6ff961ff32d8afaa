/** What the documents name exists: the targets of links, scripts, files, endpoints, and the fields of a program. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseSync, Visitor } from 'vite';
import { describe, expect, test } from 'vitest';
import { ENDPOINTS } from '../infra/endpoints.ts';
import { environmentSchema } from '../infra/environmentSchema.ts';
import { programSchema } from '../shared/program/program.ts';

const root = join(import.meta.dirname, '..');
const MAX_README_LINES = 120;

/** What is made when the project is run or built, so that it need not be there. */
const MADE = /^(dist|cdk\.out|\.local|\.cache)(\/|$)/;
/** What begins the path of a file of the project in backticks; a path under any other folder is one of the API or of another system. */
const FOLDERS = ['.ci', '.github', 'cli', 'deploy', 'docs', 'functions', 'infra', 'local', 'portal', 'shared', 'test'];
/** Names in backticks of examples in `CONTRIBUTING.md` and `docs/programs.md`: the reader makes these files. */
const EXAMPLES = [
  'functions/addNote.ts',
  'portal/messages/de',
  'shared/mail/messages/de.ts',
  'shared/mail/undelivered/de.ts',
  'shared/program/presets/mine.json',
];
/** Commands of npm itself that documents name. */
const NPM_COMMANDS = ['ci', 'install', 'run', 'start', 'test'];

const DOCUMENTS = globSync('**/*.md', {
  cwd: root,
  exclude: ['node_modules', 'dist', 'cdk.out', 'coverage', '.local', '.cache'],
}).map((file) => file.replaceAll('\\', '/'));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

const CODE_BLOCK = /^ *```[\s\S]*?^ *```$/gm;
const CODE_SPAN = /`[^`\n]+`/g;
/** A document without its blocks of code. */
const proseOf = (file: string) => read(file).replace(CODE_BLOCK, '');
/** The code of a document, in blocks and in backticks. */
const codeOf = (file: string) =>
  [...(read(file).match(CODE_BLOCK) ?? []), ...(proseOf(file).match(CODE_SPAN) ?? [])].join('\n');

/** The anchor of a heading, as GitHub makes it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .replaceAll(' ', '-');
const anchorsOf = (file: string) =>
  [...proseOf(file).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => anchorOf(heading.trim()));

/** The links and pictures of a document that lead to a place in the project. */
function linksOf(file: string): string[] {
  const prose = proseOf(file).replace(CODE_SPAN, '');
  const found = [...prose.matchAll(/\]\(([^)\s]+)\)/g), ...prose.matchAll(/(?:src|href)="([^"]+)"/g)];
  return found.map(([, target = '']) => target).filter((target) => !/^[a-z]+:/.test(target));
}

function isBroken(file: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? file : normalize(join(dirname(file), path));
  if (target.startsWith('..') || !existsSync(join(root, target))) return true;
  return anchor !== undefined && !anchorsOf(target).includes(anchor);
}

test('there are documents, the README among them', () => {
  expect(DOCUMENTS).toContain('README.md');
  expect(DOCUMENTS.length).toBeGreaterThan(20);
});

test.each(DOCUMENTS)('each link of %s leads somewhere', (file) => {
  expect(linksOf(file).filter((link) => isBroken(file, link))).toEqual([]);
});

test.each(DOCUMENTS)('each npm script that %s names exists', (file) => {
  const code = codeOf(file);
  const run = [...code.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)].map(([, script = '']) => script);
  expect(run.filter((script) => !(script in scripts))).toEqual([]);
  const commands = [...code.matchAll(/\bnpm ([a-z]+)/g)].map(([, command = '']) => command);
  expect(commands.filter((command) => !NPM_COMMANDS.includes(command))).toEqual([]);
});

test.each(DOCUMENTS)('each file that %s names in backticks exists', (file) => {
  const named = [...proseOf(file).matchAll(/`([^`\s]+)`/g)].map(([, name = '']) => name);
  const paths = named.filter((name) => FOLDERS.includes(name.split('/', 1)[0] ?? '') && name.includes('/'));
  const missing = paths
    .filter((path) => !MADE.test(path) && !EXAMPLES.includes(path))
    .filter((path) => globSync(path.replace(/<[^>]*>/g, '*'), { cwd: root }).length === 0);
  expect(missing).toEqual([]);
});

test('each file that a command in the documents runs exists', () => {
  const commands = DOCUMENTS.flatMap((file) => [
    ...read(file).matchAll(
      /\b(?:vitest run|npm run import --|npm run test:mutants) ((?:test|shared|portal|infra|local)[\w/.-]+)/g,
    ),
  ]);
  expect(commands.length).toBeGreaterThan(0);
  expect(commands.map(([, path = '']) => path).filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

/** The commands of a document: its blocks of shell code. */
const commandsOf = (file: string) => [...read(file).matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].join('\n');

test.each(DOCUMENTS)(
  'no code in a table of %s has a "|", which a table shows with a backslash in a terminal',
  (file) => {
    const cells = proseOf(file).match(/^\|.*$/gm) ?? [];
    expect(cells.flatMap((line) => line.match(CODE_SPAN) ?? []).filter((code) => code.includes('\\|'))).toEqual([]);
  },
);

test.each(DOCUMENTS)('no command of %s deploys before a person has read the difference', (file) => {
  expect(commandsOf(file)).not.toMatch(/npm run diff .*npm run deploy/);
});

test.each(DOCUMENTS)('%s names the fields of an environment as its file does', (file) => {
  const fields = Object.keys(environmentSchema.def.shape).join('|');
  expect(proseOf(file).match(new RegExp(`\`(${fields})=.*?\``, 'g')) ?? []).toEqual([]);
});

describe('each line of the first deployment', () => {
  const file = 'docs/first-deployment.md';
  const lines = (proseOf(file).match(/^\| .*\|$/gm) ?? []).filter((line) => !/^\| (what|---) /.test(line));

  test('has a command, or is done by hand', () => {
    expect(lines.length).toBeGreaterThan(30);
    expect(lines.filter((line) => !/^(`|by hand\b)/.test(line.split(' | ')[1] ?? ''))).toEqual([]);
  });

  test('can be copied: it uses only names that the page sets, and has no placeholders', () => {
    const code = codeOf(file);
    const set = [...code.matchAll(/\b([A-Z_]+)=|\bfor (\w+) in|\bread -rs (\w+)/g)].flatMap((found) => found.slice(1));
    const used = [...code.matchAll(/\$\{?([A-Za-z_]+)/g)].map(([, name = '']) => name);
    expect(used.filter((name) => !set.includes(name))).toEqual([]);
    expect(code.match(/<\w[^<>]*>/g) ?? []).toEqual([]);
  });
});

test(`the README has at most ${MAX_README_LINES} lines`, () => {
  expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(MAX_README_LINES);
});

test('each decision is in the index, with its title, its date and its status', () => {
  const records = DOCUMENTS.filter((file) => /^docs\/adr\/\d/.test(file));
  expect(records.length).toBeGreaterThan(10);
  const index = read('docs/adr/README.md');
  for (const record of records) {
    const [, number, title] = /^# (\d+)\. (.+)$/m.exec(read(record)) ?? [];
    const [, date, status] = /^Date: (\d{4}-\d\d-\d\d) · Status: (\w+)$/m.exec(read(record)) ?? [];
    expect(index, record).toContain(
      `| ${number} | [${title}](${record.replace('docs/adr/', '')}) | ${date} | ${status} |`,
    );
  }
});

test.each(ENDPOINTS)('$method $path is described', ({ method, path, refuses }) => {
  const document = refuses ? 'docs/billing-api.md' : 'docs/api.md';
  // Before the closing backtick, a path may have its query.
  const described = ['`', '?'].some((end) => read(document).includes(`\`${method} ${path}${end}`));
  expect(described).toBe(true);
});

test.each(Object.keys(programSchema.shape))('the field %s of a program is described', (field) => {
  expect(read('docs/programs.md')).toContain(`| \`${field}\` |`);
});

describe('a sentence of the seeds', () => {
  const file = 'docs/seeds.md';
  const PROVEN_BY_TEST = /^\[`([^`]+)`\]\(\.\.\/([^)]+)\): "(.+)"$/;
  const DECIDED = /^\[ADR (\d+)\]\(adr\/([^)]+)\): \S.*\.$/;

  type Row = { sentence: string; proofs: string[] };
  /** The rows of the tables of sentences. A table of sentences has `proof` above its last column. */
  const rows = (read(file).match(/^\| sentence \|(?:.*\|)? proof \|\n(?:\|.*\n)+/gm) ?? []).flatMap((table) =>
    table
      .trimEnd()
      .split('\n')
      .slice(2)
      .map((row): Row => {
        const cells = row.split('|').slice(1, -1);
        return { sentence: cells[0]?.trim() ?? '', proofs: cells.at(-1)?.trim().split('<br>') ?? [] };
      }),
  );

  /** The titles of the tests in a file, as they stand in the source, each after those of the groups around it. Skipped tests are left out. */
  function titlesIn(path: string): string[] {
    const source = read(path);
    const titles: string[] = [];
    const groups: { end: number; title: string }[] = [];
    new Visitor({
      CallExpression({ callee, arguments: [first], start, end }) {
        // `test(…)`, and `test.each(…)(…)`.
        const called =
          callee.type === 'CallExpression' && /\.each$/.test(source.slice(callee.callee.start, callee.callee.end))
            ? source.slice(callee.callee.start, callee.callee.end).replace(/\.each$/, '')
            : source.slice(callee.start, callee.end);
        if (!['describe', 'it', 'test'].includes(called) || !first) return;
        const title =
          first.type === 'Literal' ? String(first.value) : source.slice(first.start, first.end).replace(/^`|`$/g, '');
        while ((groups.at(-1)?.end ?? Number.POSITIVE_INFINITY) < start) groups.pop();
        if (called === 'describe') groups.push({ end, title });
        else titles.push([...groups.map((group) => group.title), title].join(' › '));
      },
    }).visit(parseSync(path, source).program);
    return titles;
  }

  const titles = new Map<string, string[]>();
  /** Whether a proof names a test that exists, with its file and title, or a decision that exists. */
  function isProof(proof: string): boolean {
    const [, decision, record = ''] = DECIDED.exec(proof) ?? [];
    if (decision !== undefined)
      return record.startsWith(`${decision.padStart(4, '0')}-`) && existsSync(join(root, 'docs/adr', record));
    const [, path = '', target, title = ''] = PROVEN_BY_TEST.exec(proof) ?? [];
    if (path === '' || path !== target || !path.endsWith('.test.ts') || !existsSync(join(root, path))) return false;
    if (!titles.has(path)) titles.set(path, titlesIn(path));
    return titles.get(path)?.includes(title) ?? false;
  }

  test('stands in a table for each seed', () => {
    expect(read(file).match(/^## 00\d/gm)).toEqual(['## 000', '## 001', '## 002', '## 003', '## 004']);
    expect(rows.length).toBe(read(file).match(/^\| “/gm)?.length);
    for (const { sentence } of rows) expect(sentence).toMatch(/^“.+”$/);
  });

  test('has a test that proves it, or a decision that departs from it', () => {
    const unproven = rows.flatMap(({ sentence, proofs }) =>
      proofs.filter((proof) => !isProof(proof)).map((proof) => `${sentence}: ${proof}`),
    );
    expect(unproven).toEqual([]);
  });

  const here = '[`test/documents.test.ts`](../test/documents.test.ts)';
  test('is proven by a test in a group, by a test with a table, and by a decision', () => {
    for (const proof of [
      `${here}: "a sentence of the seeds › stands in a table for each seed"`,
      `${here}: "each link of %s leads somewhere"`,
      `${here}: "the README has at most \${MAX_README_LINES} lines"`,
      '[ADR 1](adr/0001-one-event-per-change.md): so it is.',
    ])
      expect(isProof(proof), proof).toBe(true);
  });

  test.each([
    '',
    'TODO: a test',
    `${here}: "stands in a table for each seed"`,
    `${here}: "a sentence of the seeds"`,
    `${here}: "a sentence of the seeds › stands in a table"`,
    `${here}: ""`,
    here,
    '[`test/none.test.ts`](../test/none.test.ts): "each link of %s leads somewhere"',
    '[`test/layout.test.ts`](../test/documents.test.ts): "each link of %s leads somewhere"',
    '[ADR 1](adr/0002-rights-after-confirmation.md): so it is.',
    '[ADR 1](adr/0001-none.md): so it is.',
    '[ADR 1](adr/0001-one-event-per-change.md)',
  ])('is not proven by %j', (proof) => expect(isProof(proof)).toBe(false));
});

test('the first deployment asks AWS about each type of resource that moves out of the single stack', () => {
  const table = read('docs/deploy.md').split('| resource | identifier for an import |')[1] ?? '';
  const moved = table
    .split('\n')
    .filter((row) => row.startsWith('| `AWS::') && !row.includes('| not moved |'))
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`AWS::([\w:]+)`/g)].map(([, type]) => type));
  expect(moved.length).toBeGreaterThan(5);
  expect(/for t in ([\w: ]+);/.exec(read('docs/first-deployment.md'))?.[1]?.split(' ')).toEqual(moved);
});
