import { MutationObserver, onlineManager, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '../../shared/client/ApiProblem.ts';
import { createQueries } from './queries.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A request that is refused `refusals` times. Each time it is sent, the seconds since the first one are noted. */
function refused(problem: ApiProblem, refusals = Number.POSITIVE_INFINITY) {
  const begin = Date.now();
  const sentAt: number[] = [];
  const send = async () => {
    sentAt.push((Date.now() - begin) / 1000);
    if (sentAt.length <= refusals) throw problem;
    return 'answer';
  };
  return { send, sentAt };
}

/** Lets time pass until a request has ended. @returns its answer, or the problem's code */
async function ended(request: Promise<string>): Promise<string> {
  const end = request.catch((error: ApiProblem) => error.code);
  await vi.runAllTimersAsync();
  return end;
}
const read = (send: () => Promise<string>) => ended(createQueries().fetchQuery({ queryKey: ['read'], queryFn: send }));
const act = (send: () => Promise<string>) =>
  ended(new MutationObserver(createQueries(), { mutationFn: send }).mutate());

const limit = (retryAfterSeconds: number) => new ApiProblem(429, { code: 'REQUEST_LIMIT', retryAfterSeconds });

describe.each([
  ['a read', read],
  ['an action', act],
])('%s', (_, request) => {
  it('that is one too many of its partner is sent again after the pause that the server asks for', async () => {
    const { send, sentAt } = refused(limit(5), 2);
    expect(await request(send)).toBe('answer');
    expect(sentAt).toEqual([0, 5, 10]);
  });

  it('is refused if the limit stays used up, or if the pause is long', async () => {
    const used = refused(limit(1));
    expect(await request(used.send)).toBe('REQUEST_LIMIT');
    expect(used.sentAt).toEqual([0, 1, 2]);
    const late = refused(limit(11));
    expect(await request(late.send)).toBe('REQUEST_LIMIT');
    expect(late.sentAt).toEqual([0]);
  });

  it('that the gateway refuses, or for which the service is too busy, is sent again', async () => {
    const gateways = refused(new ApiProblem(429, {}), 2);
    expect(await request(gateways.send)).toBe('answer');
    expect(gateways.sentAt).toEqual([0, 1, 3]);
    const busy = refused(new ApiProblem(503, { code: 'VERSION_CONFLICT', retryAfterSeconds: 2 }), 1);
    expect(await request(busy.send)).toBe('answer');
    expect(busy.sentAt).toEqual([0, 2]);
  });

  it.each(['RESEND_TOO_SOON', 'INVITATION_LIMIT'])(
    'that is refused for another reason (%s) is sent once',
    async (code) => {
      const { send, sentAt } = refused(new ApiProblem(429, { code, retryAfterSeconds: 1 }));
      expect(await request(send)).toBe(code);
      expect(sentAt).toEqual([0]);
    },
  );
});

it('without an answer, a read is sent again, but no action: it may have been done', async () => {
  const lost = new ApiProblem(0, {});
  const reading = refused(lost, 1);
  expect(await read(reading.send)).toBe('answer');
  const acting = refused(lost, 1);
  expect(await act(acting.send)).toBe('NO_ANSWER');
  expect(acting.sentAt).toEqual([0]);
});

it('once a lost network is back, a read that failed is sent again, although the answer before it is fresh', async () => {
  const queries = createQueries();
  queries.mount();
  let isLost = false;
  const read = async () => {
    if (isLost) throw new ApiProblem(0, {});
    return 'answer';
  };
  const seen = new QueryObserver(queries, { queryKey: ['read'], queryFn: read });
  const end = seen.subscribe(() => {});
  await vi.advanceTimersByTimeAsync(0);
  isLost = true;
  onlineManager.setOnline(false);
  void seen.refetch();
  // Not so long that the answer is old.
  await vi.advanceTimersByTimeAsync(5000);
  expect(seen.getCurrentResult().error).toMatchObject({ code: 'NO_ANSWER' });
  isLost = false;
  onlineManager.setOnline(true);
  await vi.advanceTimersByTimeAsync(0);
  expect(seen.getCurrentResult()).toMatchObject({ error: null, data: 'answer' });
  end();
  queries.unmount();
});
