import type { ServerResponse } from 'node:http';
import { looseJson } from './loose-json.ts';
import type { ProviderFault } from './provider-fault.ts';

/** What a route answers: a body that is sent as JSON (a string as it is), or a stream that it writes itself, faults included. */
export type ProviderReply =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: unknown;
    }
  | { readonly stream: (response: ServerResponse, fault: ProviderFault | null) => void | Promise<void> };

const dripEveryMs = 5;

/** Sends a reply as the fault says. `headers` go before the reply's own. */
export async function sendReply(
  response: ServerResponse,
  reply: ProviderReply,
  headers: Readonly<Record<string, string>>,
  fault: ProviderFault | null,
): Promise<void> {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if ('stream' in reply) return reply.stream(response, fault);
  const body = fault?.kind === 'changed' ? fault.change(reply.body) : reply.body;
  const bytes = Buffer.from(typeof body === 'string' ? body : looseJson(body));
  response.writeHead(reply.status ?? 200, {
    'content-type': 'application/json',
    'content-length': bytes.length,
    ...reply.headers,
  });
  if (fault?.kind === 'truncated') {
    response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  } else if (fault?.kind === 'drip') {
    drip(response, bytes);
  } else {
    response.end(bytes);
  }
}

/** Sends bytes one by one until they or the client are gone. */
export /** The last byte never comes. */
function drip(response: ServerResponse, bytes: Buffer): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (sent === bytes.length - 1) return;
    response.write(bytes.subarray(sent, sent + 1));
    sent += 1;
  }, dripEveryMs);
  response.once('close', () => clearInterval(timer));
}
