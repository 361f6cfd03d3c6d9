import type { Engine, SearchRequest } from '@winnow/engine';
import { runningService } from '@winnow/engine/requests';
import { type Config, loadConfig } from '@winnow/runtime';
import { type Environment, withEngine, withSignal } from '../with-engine.ts';
import { NotServed, serviceQueries } from './service-queries.ts';

export interface QueryTools {
  readonly queries: Engine['queries'];
  readonly signal: AbortSignal;
  /** What has to be known of the corpus where little was found, if it was not said yet. */
  notesOn(found: number): Promise<readonly string[]>;
}

/**
 * Opens what answers a question: a `winnow serve` on the same data folder, whose models are loaded already, else an
 * engine for this one command. Models that the question or the configuration names are named to the service too; what
 * it would not do is done here.
 */
export async function withQueries<Request extends SearchRequest>(
  environment: Environment,
  corpus: string,
  request: Request,
  command: (tools: QueryTools, request: Request) => Promise<void>,
): Promise<void> {
  const config = loadConfig(environment);
  const service = runningService(config);
  if (service !== null) {
    const queries = serviceQueries(service, config.http.apiKey);
    try {
      return await withSignal((signal) =>
        command({ queries, signal, notesOn: async () => [] }, naming(environment, config, request)),
      );
    } catch (thrown) {
      if (!(thrown instanceof NotServed)) throw thrown;
    }
  }
  await withEngine(environment, { kind: 'read' }, async ({ engine, signal }) => {
    const { coverageNotes } = await import('@winnow/engine');
    const notesOn = (found: number) => coverageNotes(engine, corpus, found, request);
    await command({ queries: engine.queries, signal, notesOn }, request);
  });
}

/** The request with the models that are configured here; where none is, the service has its own. */
function naming<Request extends SearchRequest>(
  environment: Environment,
  { reranker, chatModel }: Config,
  request: Request,
): Request {
  const asksDefault = 'generator' in request && request.generator === 'default';
  return {
    ...request,
    ...(environment.WINNOW_RERANKER && request.rerank === 'default' && { rerank: reranker }),
    ...(chatModel !== null && asksDefault && { generator: chatModel }),
  };
}
