import { afterEach, expect, test, vi } from 'vitest';
import { addLogFields, logFieldsOf, principalDigest, traceId, withLogFields, writeLog } from './log.ts';

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

/** The lines that a piece of work writes. */
async function linesOf(work: () => unknown): Promise<Record<string, unknown>[]> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await work();
  return write.mock.calls.map(([line]) => JSON.parse(String(line)) as Record<string, unknown>);
}

test('lines have the fields of the work under way, also of work beside it, and after it none', async () => {
  const pause = () => new Promise((resolve) => setImmediate(resolve));
  const lines = await linesOf(async () => {
    const handle = (requestId: string) =>
      withLogFields({ requestId, traceId: requestId }, async () => {
        await pause();
        addLogFields({ partnerId: `partner of ${requestId}` });
        writeLog({ first: requestId });
        await withLogFields({ customerId: `customer of ${requestId}` }, async () => {
          addLogFields({ traceId: 'another' });
          await pause();
          writeLog({ second: requestId, its: traceId() });
        });
        writeLog({ third: requestId, its: traceId() });
      });
    await Promise.all([handle('1'), handle('2')]);
    addLogFields({ lost: true });
    writeLog({ after: traceId() ?? 'none' });
  });
  for (const id of ['1', '2']) {
    const request = { requestId: id, partnerId: `partner of ${id}`, timestamp: expect.any(String) };
    expect(lines.filter((line) => line['requestId'] === id)).toEqual([
      { ...request, traceId: id, first: id },
      { ...request, traceId: 'another', customerId: `customer of ${id}`, second: id, its: 'another' },
      { ...request, traceId: id, third: id, its: id },
    ]);
  }
  expect(lines.at(-1)).toEqual({ timestamp: expect.any(String), after: 'none' });
});

test('a line names the function without its environment and region, and the release', async () => {
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'partner-portal-production-eu-central-1-deliverMail');
  vi.stubEnv('RELEASE', '1.2.3+0a1b2c3d');
  const [line] = await linesOf(() => withLogFields(logFieldsOf({ awsRequestId: 'run' }), () => writeLog({})));
  vi.unstubAllEnvs();
  expect(line).toMatchObject({
    ...{ function: 'deliverMail', release: '1.2.3+0a1b2c3d', requestId: 'run', traceId: 'run' },
  });
});

test('the digest of a principal is always the same, short, and has nothing of the address', () => {
  const digest = principalDigest('USER#owner@acme.example');
  expect(digest).toMatch(/^[\w-]{16}$/);
  expect(principalDigest('USER#owner@acme.example')).toBe(digest);
  expect(principalDigest('USER#other@acme.example')).not.toBe(digest);
});
