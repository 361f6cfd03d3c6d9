import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The header that a request may bring its id in, and that every reply bears it in. */
export const requestIdHeader = 'x-request-id';

/** What may be an id of somebody else's: it is logged and sent back. */
const idPattern = /^[\w.:-]{1,64}$/;

/** The id that the request brings, as proxies give it, if it has the form of one; else 16 hexadecimal digits. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const brought = headers[requestIdHeader];
  return typeof brought === 'string' && idPattern.test(brought) ? brought : randomBytes(8).toString('hex');
}
