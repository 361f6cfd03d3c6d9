import type { AnswerPorts, QueryContext } from '../ports.ts';
import type { AnswerResult, ContextSource } from './answer-event.ts';

/** The one line a finished answer leaves in the log: numbers, no words. */
export function logAnswer(
  { log }: AnswerPorts,
  { corpus }: QueryContext,
  sources: readonly ContextSource[],
  result: AnswerResult,
): void {
  const { timingsMs, cost } = result;
  log.info({
    event: 'answer-done',
    queryId: result.queryId,
    corpus: corpus.name,
    generation: corpus.liveGeneration,
    generator: result.generator,
    sources: sources.length,
    abstained: result.abstained,
    cached: result.cached,
    condensed: result.standaloneQuestion !== null,
    citations: result.citations.length,
    unsupported: result.unsupported.length,
    notes: result.notes.length,
    inputTokens: cost.inputTokens,
    outputTokens: cost.outputTokens,
    usd: cost.usd,
    firstTokenMs: timingsMs.firstToken,
    generateMs: timingsMs.generate,
    durationMs: timingsMs.total,
  });
}
