/** The address of the engine for people's tools. The engine itself answers every web page: its CORS headers allow all, and no flag ends that. */
import { Agent, type RequestListener, request } from 'node:http';
import { isRead } from './engine.ts';
import { isOfWebPage } from './httpListener.ts';

/**
 * Passes requests on to the engine, but none of a web page, and no answer that a page could read.
 *
 * @param written called after each request that may have written to a table
 */
export function engineProxy(endpoint: string, written: () => void): RequestListener {
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
      const [, operation = ''] = String(headers['x-amz-target']).split('.');
      if (!isRead(operation)) answer.on('end', written);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  };
}
