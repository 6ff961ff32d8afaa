/** The address of the engine for people's tools. The engine itself answers every web page: its CORS headers allow all, and no flag ends that. */
import { Agent, type RequestListener, request } from 'node:http';
import { isOfWebPage } from './httpListener.ts';

/** Passes requests on to the engine, but none of a web page, and no answer that a page could read. */
export function engineProxy(endpoint: string): RequestListener {
  const agent = new Agent({ keepAlive: true });
  return (incoming, response) => {
    if (isOfWebPage(incoming)) {
      response.writeHead(403, { 'content-type': 'text/plain' }).end('Not for browsers');
      return;
    }
    const { method, headers } = incoming;
    const outgoing = request(`${endpoint}${incoming.url}`, { method, headers, agent }, (answer) => {
      const kept = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
      response.writeHead(answer.statusCode ?? 502, Object.fromEntries(kept));
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  };
}
