import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ImportError, readArguments, readCustomers } from './importArguments.ts';

const data = join(import.meta.dirname, '../test/data/customers.csv');

test.each<[fault: string, args: string[], message: RegExp]>([
  ['no file', [], /^Which file\?/],
  ['two files', ['a.csv', 'b.csv'], /^One file at a time, not "b\.csv" as well\.$/],
  ['a file that is not there', ['absent.csv'], /^There is no file absent\.csv\.$/],
  ['a folder', ['.'], /^\. is a folder: name the spreadsheet in it\.$/],
  ['an option that does not exist', ['a.csv', '--colour'], /^Unknown option '--colour'/],
  ['a column that the file lacks', [data, '--column', 'Ort=phone'], /^--column names "Ort", .* columns are "name", /],
  ['a field that does not exist', [data, '--column', 'name=city'], /^--column must be .* not "name=city"/],
  ['an encoding that does not exist', [data, '--encoding', 'x'], /^There is no encoding "x"\.$/],
])('%s is refused in one line', async (_, args, message) => {
  const reading = async () => {
    const { file = '', values } = readArguments(args);
    return readCustomers(file, values);
  };
  const refusal = await reading().catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(ImportError);
  expect((refusal as ImportError).message).toMatch(message);
  expect((refusal as ImportError).message.split('\n')).toHaveLength(1);
});

test('the person who asks for help needs no file', () => {
  expect(readArguments(['--help'])).not.toHaveProperty('file');
});
