import { setTimeout as sleep } from 'node:timers/promises';

const pauseMs = 200;
const requestTimeoutMs = 60_000;

/** What the check reads of a run. */
export interface RunBody {
  readonly run: string;
  readonly state: string;
  readonly modelCalls: number;
  readonly chunks: { readonly embedded: number; readonly reused: number };
  readonly progress: { readonly total: number; readonly done: number };
}

/** What the check reads of a corpus. */
export interface CorpusBody {
  readonly documents: number;
  readonly pending: number;
  readonly failed: number;
  readonly chunks: number;
}

/** What the check reads of an answer. */
export interface AnswerBody {
  readonly answer: string;
  readonly citations: readonly { readonly documentId: string; readonly quote: string }[];
}

/** Calls the query API with JSON. */
export function createClient(baseUrl: string, apiKey: string) {
  const call = async <Body>(method: string, path: string, body?: unknown): Promise<Body> => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      signal: AbortSignal.timeout(requestTimeoutMs),
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as Body;
  };
  return {
    createCorpus: (body: { name: string; path: string }) => call<CorpusBody>('POST', '/v1/corpora', body),
    showCorpus: (name: string) => call<CorpusBody>('GET', `/v1/corpora/${name}`),
    startRun: (corpus: string) => call<RunBody>('POST', '/v1/runs', { corpus }),
    showRun: (run: string) => call<RunBody>('GET', `/v1/runs/${run}`),
    answer: (corpus: string, query: string) => call<AnswerBody>('POST', '/v1/answer', { corpus, query }),
    isReady: () =>
      call('GET', '/health/ready').then(
        () => true,
        () => false,
      ),
  };
}

/**
 * Asks again until the answer is as wanted.
 *
 * @throws Error with the last answer after `timeoutMs`; the error of `ask` at once.
 */
export async function until<T>(
  ask: () => Promise<T>,
  wanted: (answer: T) => boolean,
  timeoutMs: number,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > deadline)
      throw new Error(`not reached in ${timeoutMs / 1000} s: ${JSON.stringify(answer)}`);
    await sleep(pauseMs);
  }
}
