import { setTimeout as sleep } from 'node:timers/promises';
import type { ProviderFault } from './provider-fault.ts';
import { ProviderRefusal } from './provider-refusal.ts';
import type { ProviderReply } from './provider-reply.ts';
import type { ProviderRequest } from './provider-request.ts';
import type { ProviderRoute, ProviderServerOptions } from './provider-server.ts';

type StatusFault = Extract<ProviderFault, { kind: 'status' }>;

/** What a request gets, and rate-limit headers besides. */
export interface Answer {
  readonly reply: ProviderReply;
  readonly headers: Readonly<Record<string, string>>;
}

/** Answers a request as the provider would: limits first, then the key, then the route. */
export async function answerRequest(
  { errorBody, behaviour = {} }: ProviderServerOptions,
  { request, route }: { readonly request: ProviderRequest; readonly route: ProviderRoute | null },
  fault: StatusFault | null,
): Promise<Answer> {
  const tokens = route?.tokensOf?.(request) ?? 0;
  const { refusal, headers } = behaviour.admit?.(request, tokens) ?? { refusal: null, headers: {} };
  const status = fault ?? refusal;
  if (status !== null) return { reply: refusalReply(status, errorBody), headers };
  try {
    refuseWrongKey(request, behaviour.apiKey);
    if (route === null) throw new ProviderRefusal(404, `no ${request.method} ${request.path} here`);
    const { latency } = behaviour;
    if (latency !== undefined) await sleep(latency.perRequestMs + latency.perTokenMs * tokens);
    return { reply: await route.answer(request), headers };
  } catch (error) {
    const refused = error instanceof ProviderRefusal ? error : new ProviderRefusal(500, String(error));
    return { reply: { status: refused.status, body: errorBody(refused) }, headers };
  }
}

function refusalReply(fault: StatusFault, errorBody: ProviderServerOptions['errorBody']): ProviderReply {
  const { status, headers, message = `status ${status}`, code = null } = fault;
  const body = fault.body ?? errorBody(new ProviderRefusal(status, message, code));
  return { status, body, ...(headers !== undefined && { headers }) };
}

function refuseWrongKey(request: ProviderRequest, apiKey: string | undefined): void {
  if (apiKey === undefined || request.authorization === `Bearer ${apiKey}`) return;
  const given = request.authorization?.replace(/^Bearer /, '') ?? 'none';
  throw new ProviderRefusal(401, `Incorrect API key provided: ${given}.`, 'invalid_api_key');
}
