/** Calls of one server on this machine to another. They are so many in tests that `fetch`, at nearly three times the computing, would show. */
import { Agent, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';

/** An answer, whose body is text in UTF-8. */
type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

const agent = new Agent({ keepAlive: true });

/**
 * Sends a POST over a connection that stays open for the next one.
 *
 * @throws Error if the other server does not answer
 */
export function post(url: string, headers: OutgoingHttpHeaders, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
      (response) => {
        const { statusCode: status = 500, headers } = response;
        textOf(response).then((text) => resolve({ status, headers, body: text }), reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The body of a request or an answer, as text in UTF-8. */
export function textOf(message: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    message.setEncoding('utf8');
    message.on('data', (chunk: string) => {
      text += chunk;
    });
    message.on('end', () => resolve(text));
    message.on('error', reject);
  });
}
