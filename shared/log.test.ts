import { afterEach, expect, test, vi } from 'vitest';
import { writeLog } from './log.ts';

afterEach(() => vi.restoreAllMocks());

test('a log line is JSON, and an email address is removed from every place in it', () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  writeLog({
    level: 'ERROR',
    message: 'Not verified: "Mila" <mila@bakery.example>, ops+x@sub.workshop.example;a@b.example',
    stack: 'Error: {"S":"USER#owner@acme.example"}\n    at file:///var/task/index.mjs:1:2',
    nested: { key: "o'hara@xn--e1afmkfd.xn--p1ai" },
  });
  const line = String(write.mock.calls[0]?.[0]);
  expect(line).not.toContain('@');
  expect(JSON.parse(line)).toMatchObject({
    message: 'Not verified: "Mila" <…>, …;…',
    stack: expect.stringContaining('at file:///var/task/index.mjs:1:2'),
  });
});
