/** Listening on this machine only. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from './startError.ts';

/** Where a part of the stack listens, and which variable moves it elsewhere. */
export type Port = { number: number; what: string; variable: string };

/** How long a port may still be held by the engine of a stack that was killed a moment ago. */
const RELEASE_MILLISECONDS = 2000;

/**
 * Starts to listen; port 0 takes a free one.
 *
 * @returns the address, without a slash at its end
 * @throws StartError when the port is taken
 */
export async function listen(server: Server, port: Port): Promise<string> {
  const deadline = Date.now() + RELEASE_MILLISECONDS;
  for (;;) {
    server.listen(port.number, '127.0.0.1');
    try {
      await once(server, 'listening');
      return `http://127.0.0.1:${portOf(server)}`;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
      if (Date.now() > deadline) {
        throw new StartError(
          `Port ${port.number} (${port.what}) is taken: stop what listens there, or set ${port.variable} to another port.`,
        );
      }
      await sleep(100);
    }
  }
}

/** Lets a server that listens already answer that the stack is starting, until the returned function is called. */
export function answerStarting(server: Server): () => void {
  const answer = (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(503, { 'retry-after': '1' }).end();
  };
  server.on('request', answer);
  return () => server.off('request', answer);
}

/** Makes sure that a port is free, for a server that can't say that it isn't; for port 0 finds one. */
export async function freePort(port: Port): Promise<number> {
  const probe = createServer();
  await listen(probe, port);
  const free = portOf(probe);
  await close(probe);
  return free;
}

export const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** Stops listening, and ends connections that are open. */
export async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
