import type { CorpusSummary, DocumentView, GenerationList, RunReport, SearchHit } from '@winnow/engine';
import { CallError } from './call-error.ts';

/** The HTTP API of a service, as a client sees it. Every call throws CallError. */
export interface Api {
  startRun(corpus: string): Promise<RunReport>;
  showRun(run: string): Promise<RunReport>;
  cancelRun(run: string): Promise<RunReport>;
  showCorpus(corpus: string): Promise<CorpusSummary>;
  /** Begins a build beside the live generation, or goes on with the one that is there. */
  reindex(corpus: string, settings: { readonly embedder?: string }): Promise<RunReport & Built>;
  generations(corpus: string): Promise<GenerationList>;
  verify(corpus: string, generation: number): Promise<{ readonly passed: boolean }>;
  /** @param reason of a switch without a passed report; null where there is to be one. */
  promote(corpus: string, reason: string | null): Promise<Switch>;
  rollback(corpus: string): Promise<Switch>;
  dropGeneration(corpus: string, generation: number): Promise<GenerationList>;
  document(corpus: string, documentId: string): Promise<DocumentView>;
  search(corpus: string, request: SearchWords): Promise<readonly SearchHit[]>;
  /** Resolves if the service says that it is ready. */
  ready(): Promise<void>;
}

interface Built {
  readonly generation: number;
}

/** Of the generation that readers see. */
export interface Switch {
  readonly live: number;
  readonly before: number;
  readonly gap: { readonly documents: number; readonly samples: readonly string[] };
}

interface SearchWords {
  readonly query: string;
  readonly mode: 'bm25' | 'hybrid';
  readonly k: number;
}

/** A client waits this long for an answer: longer than anything that has a deadline may take. */
const patienceMs = 60_000;

/** @param address of the service as it is by now; it may have been started anew. */
export function createApi(address: () => string): Api {
  async function call<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    const answer = await sent(`${address()}${path}`, {
      method,
      signal: AbortSignal.timeout(patienceMs),
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    if (answer.status < 400) return answer.body as Body;
    throw errorOf(answer);
  }
  return {
    startRun: (corpus) => call('POST', '/v1/runs', { corpus }),
    showRun: (run) => call('GET', `/v1/runs/${run}`),
    cancelRun: (run) => call('POST', `/v1/runs/${run}/cancel`, {}),
    showCorpus: (corpus) => call('GET', `/v1/corpora/${corpus}`),
    reindex: (corpus, settings) => call('POST', `/v1/corpora/${corpus}/generations`, settings),
    generations: (corpus) => call('GET', `/v1/corpora/${corpus}/generations`),
    verify: (corpus, generation) =>
      call('POST', `/v1/corpora/${corpus}/generations/${generation}/verify`, {}),
    promote: (corpus, reason) =>
      call('POST', `/v1/corpora/${corpus}/promote`, reason === null ? {} : { force: { reason } }),
    rollback: (corpus) => call('POST', `/v1/corpora/${corpus}/rollback`, {}),
    dropGeneration: (corpus, generation) => call('DELETE', `/v1/corpora/${corpus}/generations/${generation}`),
    document: (corpus, documentId) =>
      call('GET', `/v1/corpora/${corpus}/documents/${encodeURIComponent(documentId)}`),
    async search(corpus, request) {
      const body = { corpus, rerank: 'none', ...request };
      return (await call<{ hits: readonly SearchHit[] }>('POST', '/v1/search', body)).hits;
    },
    ready: () => call('GET', '/health/ready'),
  };
}

async function sent(url: string, init: RequestInit): Promise<{ status: number; body: unknown }> {
  try {
    const answer = await fetch(url, init);
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? {} : JSON.parse(text) };
  } catch (thrown) {
    const error = thrown as Error;
    if (error.name === 'TimeoutError') {
      throw new CallError('late', `${init.method} ${url} was not answered within ${patienceMs / 1_000} s`);
    }
    throw new CallError('unreachable', `${init.method} ${url}: ${String(error.cause ?? error.message)}`);
  }
}

/** A server that is closing answers in words of its framework: there is nobody behind it any more. */
function errorOf({ status, body }: { status: number; body: unknown }): CallError {
  const { error } = body as { error?: { code?: string; message?: string } };
  if (error?.code !== undefined) return new CallError(error.code, error.message ?? '');
  return new CallError(status === 503 ? 'unreachable' : `status ${status}`, JSON.stringify(body));
}
