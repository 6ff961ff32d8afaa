import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { hiddenAddress } from './engine.ts';
import { close, listen, portOf } from './httpListener.ts';

test('the engine’s port is free at 127.0.0.1 too, where the engine looks for another server before it starts', async () => {
  // Enough servers and addresses that a port chosen without a look at 127.0.0.1 would be taken several times.
  const servers = Array.from({ length: 300 }, () => createServer());
  await Promise.all(servers.map((server) => listen(server, { number: 0, what: 'server', variable: '' })));
  const taken = new Set(servers.map(portOf));
  const chosen: number[] = [];
  for (let times = 0; times < 1000; times++) chosen.push((await hiddenAddress()).port);
  await Promise.all(servers.map(close));
  expect(chosen.filter((port) => taken.has(port))).toEqual([]);
});
