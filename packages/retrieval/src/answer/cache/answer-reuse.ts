import { AppError, type ChatModel } from '@winnow/core';
import type { AnswerPorts, QueryContext } from '../../ports.ts';
import type { SearchResponse } from '../../search/search-response.ts';
import type { AnswerResult, ContextSource } from '../answer-event.ts';
import type { AnswerRequest } from '../answer-request.ts';
import { extractiveName } from '../extractive-generator.ts';
import { answerScope } from './answer-scope.ts';
import type { CachedAnswer } from './cached-answer.ts';
import { sameQuestion } from './same-question.ts';
import { areCurrent, revisionsOf } from './source-revisions.ts';

/** What answering one question may take from earlier answers, and leave for later ones. */
export interface Reuse {
  /** An earlier answer to the same question whose sources are still what readers see. */
  find(): Promise<CachedAnswer | null>;
  /** Keeps an answer that its sources bear out as a whole. */
  keep(result: AnswerResult, sources: readonly ContextSource[], searched: SearchResponse): Promise<void>;
}

/**
 * Opens the cache for one question. A cache or store that fails is as good as an empty one.
 *
 * @returns null where no cache is configured, for questions from a conversation, and where there is no vector.
 */
export function openReuse(
  ports: AnswerPorts,
  context: QueryContext,
  request: AnswerRequest,
  model: ChatModel | null,
  vector: Float32Array | null,
): Reuse | null {
  const { answerCache: cache, store } = ports;
  if (cache === null || vector === null || request.history.length > 0) return null;
  const generator = model?.modelId ?? extractiveName;
  const scope = answerScope(context.corpus, generator, request);
  const asked = { question: request.query, vector };
  return {
    find: () =>
      orNothing(ports, context, async () => {
        const found = (await cache.list(scope)).find((answer) => sameQuestion(asked, answer));
        if (found === undefined) return null;
        const current = await areCurrent(store, context, found.revisions);
        await (current ? cache.touch(scope, found) : cache.remove(scope, found));
        return current ? found : null;
      }),
    async keep(result, sources, searched) {
      const { abstained, unsupported, citations } = result;
      const borneOut = !abstained && unsupported.length === 0 && citations.length > 0;
      if (!borneOut || result.generator !== generator) return;
      await orNothing(ports, context, async () => {
        const revisions = await revisionsOf(store, context, sources, request.filter);
        if (revisions === null) return null;
        await cache.put(scope, { ...asked, sources, revisions, search: searched, result, at: Date.now() });
        return null;
      });
    },
  };
}

async function orNothing<Value>(
  { log }: AnswerPorts,
  { corpus, signal }: QueryContext,
  step: () => Promise<Value | null>,
): Promise<Value | null> {
  try {
    return await step();
  } catch (thrown) {
    if (signal.aborted) throw AppError.from(signal.reason);
    const error = AppError.from(thrown);
    log.warn({ event: 'answer-cache-skipped', corpus: corpus.name, code: error.code, error });
    return null;
  }
}
