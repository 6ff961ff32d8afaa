/** The connections to SES: one mail after another uses the same connection, as long as SES surely keeps it open. */
import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { Duplex } from 'node:stream';

/**
 * How long a connection may be idle until nothing is sent on it any more. AWS closes idle connections after many seconds. A mail that meets
 * the end of its connection would have no answer, and nobody would know whether SES has the mail.
 */
const MAX_IDLE_MS = 4_000;

/** When each idle connection was used last. A timer would not do: it stands still while Lambda freezes the function. */
const usedAt = new WeakMap<Duplex, number>();

const agents = [new Agent({ keepAlive: true }), new TlsAgent({ keepAlive: true })] as const;
for (const agent of agents) {
  const keep = agent.keepSocketAlive.bind(agent);
  agent.keepSocketAlive = (socket) => {
    usedAt.set(socket, Date.now());
    return keep(socket);
  };
}

/** The agents for the SDK's client. `closeIdle` comes before each request. */
export const [httpAgent, httpsAgent] = agents;

/** Closes the connections that were idle for too long. */
export function closeIdle(): void {
  for (const { freeSockets } of agents) {
    for (const socket of Object.values(freeSockets).flat()) {
      if (socket && Date.now() - (usedAt.get(socket) ?? 0) > MAX_IDLE_MS) socket.destroy();
    }
  }
}
