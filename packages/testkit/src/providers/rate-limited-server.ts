import type { ProviderAdmission, ProviderBehaviour } from './provider-server.ts';

/** How a provider keeps to its limits. */
export interface ServerLimits {
  /**
   * `sliding`: in no stretch of the window's length more than the limit. `fixed`: anew at each full window of the
   * clock. `bucket`: what was used flows back evenly, up to the limit.
   */
  readonly kind: 'sliding' | 'fixed' | 'bucket';
  readonly requests: number;
  readonly tokens: number;
  readonly windowMs: number;
  /** `none`: a 429 says nothing of how long to wait, and answers nothing of the limits. */
  readonly headers: 'openai' | 'none';
}

/** What a server let through. */
export interface LimitedCalls {
  /** To be handed to the server: `startOpenAiServer({ admit })`. */
  readonly admit: NonNullable<ProviderBehaviour['admit']>;
  /** Calls that were let through, in order of arrival. */
  readonly admitted: readonly ArrivedCall[];
  /** All that arrived, the refused ones among them. */
  readonly arrived: readonly ArrivedCall[];
}

export interface ArrivedCall {
  readonly atMs: number;
  readonly tokens: number;
}

interface Used {
  readonly requests: number;
  readonly tokens: number;
  /** Until nothing is used, if no call follows. */
  readonly resetMs: number;
}

/**
 * Limits as providers keep them, to be put before the answers of any fake provider. Refused calls do not count.
 * @param now milliseconds since any fixed instant.
 * @see https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers
 */
export function limitCalls(limits: ServerLimits, now: () => number = () => performance.now()): LimitedCalls {
  const admitted: ArrivedCall[] = [];
  const arrived: ArrivedCall[] = [];
  const usage = usages[limits.kind](limits);
  return {
    admitted,
    arrived,
    admit(_, tokens) {
      const call = { atMs: now(), tokens };
      arrived.push(call);
      const before = usage.at(call.atMs);
      const fits = before.requests + 1 <= limits.requests && before.tokens + tokens <= limits.tokens;
      if (fits) {
        admitted.push(call);
        usage.add(call);
      }
      const used = usage.at(call.atMs);
      return { headers: headersOf(limits, used), refusal: fits ? null : refusalOf(limits, used, call) };
    },
  };
}

interface Usage {
  at(nowMs: number): Used;
  add(call: ArrivedCall): void;
}

const usages: Readonly<Record<ServerLimits['kind'], (limits: ServerLimits) => Usage>> = {
  sliding({ windowMs }) {
    const held: ArrivedCall[] = [];
    let tokens = 0;
    return {
      at(nowMs) {
        for (let [oldest] = held; oldest !== undefined && oldest.atMs <= nowMs - windowMs; [oldest] = held) {
          held.shift();
          tokens -= oldest.tokens;
        }
        const last = held.at(-1)?.atMs ?? nowMs - windowMs;
        return { requests: held.length, tokens, resetMs: last + windowMs - nowMs };
      },
      add(call) {
        held.push(call);
        tokens += call.tokens;
      },
    };
  },
  fixed({ windowMs }) {
    let window = -1;
    let used = { requests: 0, tokens: 0 };
    return {
      at(nowMs) {
        const current = Math.floor(nowMs / windowMs);
        if (current !== window) used = { requests: 0, tokens: 0 };
        window = current;
        return { ...used, resetMs: (current + 1) * windowMs - nowMs };
      },
      add({ tokens }) {
        used = { requests: used.requests + 1, tokens: used.tokens + tokens };
      },
    };
  },
  bucket(limits) {
    let used = { requests: 0, tokens: 0 };
    let lastMs = 0;
    return {
      at(nowMs) {
        const back = (nowMs - lastMs) / limits.windowMs;
        lastMs = nowMs;
        const requests = Math.max(0, used.requests - back * limits.requests);
        const tokens = Math.max(0, used.tokens - back * limits.tokens);
        used = { requests, tokens };
        const share = Math.max(requests / limits.requests, tokens / limits.tokens);
        return { ...used, resetMs: share * limits.windowMs };
      },
      add({ tokens }) {
        used = { requests: used.requests + 1, tokens: used.tokens + tokens };
      },
    };
  },
};

function headersOf(limits: ServerLimits, used: Used): Readonly<Record<string, string>> {
  if (limits.headers === 'none') return {};
  const reset = `${Math.ceil(used.resetMs)}ms`;
  return {
    'x-ratelimit-limit-requests': String(limits.requests),
    'x-ratelimit-limit-tokens': String(limits.tokens),
    'x-ratelimit-remaining-requests': String(Math.floor(limits.requests - used.requests)),
    'x-ratelimit-remaining-tokens': String(Math.floor(limits.tokens - used.tokens)),
    'x-ratelimit-reset-requests': reset,
    'x-ratelimit-reset-tokens': reset,
  };
}

/** With headers, the time until this call would fit if all flowed back evenly, as OpenAI tells it. */
function refusalOf(limits: ServerLimits, used: Used, { tokens }: ArrivedCall): ProviderAdmission['refusal'] {
  const over = Math.max(
    (used.requests + 1 - limits.requests) / limits.requests,
    (used.tokens + tokens - limits.tokens) / limits.tokens,
  );
  const waitMs = Math.ceil(Math.min(over * limits.windowMs, Math.max(used.resetMs, 1)));
  return {
    kind: 'status',
    status: 429,
    code: 'rate_limit_exceeded',
    message: 'Rate limit reached',
    ...(limits.headers === 'openai' && { headers: { 'retry-after-ms': String(waitMs) } }),
  };
}

/** The most that any stretch of `windowMs` holds, wherever it begins. */
export function fullestWindow(
  calls: readonly ArrivedCall[],
  windowMs: number,
  sizeOf: (call: ArrivedCall) => number,
): number {
  const inOrder = calls.toSorted((one, other) => one.atMs - other.atMs);
  let [most, held, first] = [0, 0, 0];
  for (const call of inOrder) {
    held += sizeOf(call);
    for (let oldest = inOrder[first]; oldest !== undefined; oldest = inOrder[++first]) {
      if (oldest.atMs > call.atMs - windowMs) break;
      held -= sizeOf(oldest);
    }
    most = Math.max(most, held);
  }
  return most;
}
