/** What the documents name exists: the targets of links, scripts, files, endpoints, and the fields of a program. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { ENDPOINTS } from '../infra/endpoints.ts';
import { programSchema } from '../shared/program/program.ts';

const root = join(import.meta.dirname, '..');
const MAX_README_LINES = 120;

/** What is made when the project is run or built, so that it need not be there. */
const MADE = /^(dist|cdk\.out|\.local|\.cache)(\/|$)/;
/** What begins the path of a file of the project in backticks; a path under any other folder is one of the API or of another system. */
const FOLDERS = ['.ci', '.github', 'cli', 'docs', 'functions', 'infra', 'local', 'portal', 'shared', 'test'];
/** Names in backticks of examples in `CONTRIBUTING.md` and `docs/programs.md`: the reader makes these files. */
const EXAMPLES = [
  'functions/addNote.ts',
  'portal/messages/de',
  'shared/mail/messages/de.ts',
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
