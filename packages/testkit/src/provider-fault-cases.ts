import type { ErrorCode } from '@winnow/core';
import type { ProviderFault } from './providers/provider-fault.ts';

/** A way in which a provider fails, and what an adapter makes of it. */
export interface ProviderFaultCase {
  readonly name: string;
  readonly fault: ProviderFault;
  readonly code: ErrorCode;
  /** The adapter's limit for the call; none that matters by default. */
  readonly timeoutMs?: number;
}

/** What {@link statusFault} has a provider write. */
export const providersReason = 'the provider gives this reason';

export function statusFault(
  status: number,
  more: Omit<Extract<ProviderFault, { kind: 'status' }>, 'kind' | 'status'> = {},
): ProviderFault {
  return { kind: 'status', status, message: providersReason, ...more };
}

/** For calls that get no answer: time for the request to reach the server, on a busy machine too. */
const noTime = 1_000;

/** How any provider fails, whatever it was asked: the same for embedders, rerankers and chat. */
export const providerFaultCases: readonly ProviderFaultCase[] = [
  { name: '400', fault: statusFault(400), code: 'invalid_argument' },
  { name: '401', fault: statusFault(401), code: 'failed_precondition' },
  { name: '402', fault: statusFault(402), code: 'failed_precondition' },
  { name: '403', fault: statusFault(403), code: 'failed_precondition' },
  { name: '404', fault: statusFault(404), code: 'not_found' },
  { name: '413', fault: statusFault(413), code: 'invalid_argument' },
  { name: '422', fault: statusFault(422), code: 'invalid_argument' },
  { name: '429', fault: statusFault(429), code: 'resource_exhausted' },
  { name: '500', fault: statusFault(500), code: 'unavailable' },
  { name: '502 with a page for people', fault: statusFault(502, { body: '<html>' }), code: 'unavailable' },
  { name: '503', fault: statusFault(503), code: 'unavailable' },
  { name: '504', fault: statusFault(504), code: 'deadline_exceeded' },
  { name: '529', fault: statusFault(529), code: 'unavailable' },
  { name: 'no answer', fault: { kind: 'hang' }, code: 'deadline_exceeded', timeoutMs: noTime },
  { name: 'an answer that drips', fault: { kind: 'drip' }, code: 'deadline_exceeded', timeoutMs: noTime },
  { name: 'half an answer', fault: { kind: 'truncated' }, code: 'unavailable' },
  { name: 'a cut connection', fault: { kind: 'cut' }, code: 'unavailable' },
  {
    name: 'an answer that is not JSON',
    fault: { kind: 'changed', change: () => '{"a":' },
    code: 'unavailable',
  },
  { name: 'an answer of another form', fault: { kind: 'changed', change: () => ({}) }, code: 'unavailable' },
];

/** What an error says of an endpoint that is gone; a connection that was open before ends in other words. */
export const outOfReach: RegExp = /ECONNREFUSED|ECONNRESET|other side closed/;

/** All that an error could show: its message, its context, its causes. */
export function shownBy(error: unknown): string {
  const parts: string[] = [];
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    parts.push(inner.message, JSON.stringify({ ...inner }));
  }
  return parts.join('\n');
}
