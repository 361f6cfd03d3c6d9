import type { Corpus } from '@winnow/core';
import type { AnswerEvent, AnswerResult, ContextSource } from './answer-event.ts';
import { type AnswerRequest, maxContextChunks } from './answer-request.ts';
import { arrangeContext } from './arrange-context.ts';
import { type CheckedAnswer, checkCitations } from './check-citations.ts';
import { type Draft, draftAnswer } from './draft-answer.ts';
import { neighboursOf } from './neighbours.ts';
import type { AnswerPorts } from './ports.ts';
import { search } from './search.ts';
import type { SearchResponse } from './search-response.ts';
import { elapsed } from './stopwatch.ts';

/**
 * Answers a question from a corpus: search → context → generate → check citations.
 *
 * @param request parsed by `answerRequestSchema`.
 * @returns events, the sources first; ends with the checked answer. Nothing runs before the first is asked for.
 * @throws AppError what `search` throws; `invalid_argument` or `not_found` for an unknown generator; what a
 * generator throws once its text is on the way.
 */
export async function* answer(
  ports: AnswerPorts,
  corpus: Corpus,
  request: AnswerRequest,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, void> {
  const start = ports.clock.now();
  const searched = await search(ports, corpus, { ...request, neighbours: 0 }, signal);
  const sources = await contextOf(ports, corpus, request, searched);
  yield { type: 'sources-ready', sources, search: searched };

  const generateStart = ports.clock.now();
  const draft = yield* draftAnswer(ports, corpus, request, sources, signal);
  const checked = checkCitations(draft.abstained ? '' : draft.text, sources);
  const result: AnswerResult = {
    answer: checked.answer,
    abstained: draft.abstained,
    citations: checked.citations,
    unsupported: checked.unsupported,
    usage: { modelId: draft.modelId, inputTokens: draft.inputTokens, outputTokens: draft.outputTokens },
    timingsMs: {
      search: searched.timingsMs.total,
      generate: elapsed(ports.clock, generateStart),
      total: elapsed(ports.clock, start),
    },
    notes: [...searched.notes, ...draft.notes, ...notesOn(checked)],
  };
  logAnswer(ports, corpus, sources, draft, result);
  yield { type: 'answer-end', ...result };
}

async function contextOf(
  { store }: AnswerPorts,
  corpus: Corpus,
  { neighbours: reach }: AnswerRequest,
  { hits }: SearchResponse,
): Promise<readonly ContextSource[]> {
  const ref = { corpus: corpus.name, generation: corpus.generation };
  const groups = await Promise.all(
    hits.map(async (hit) => ({
      hit,
      neighbours: reach === 0 ? [] : await neighboursOf(store.chunks, ref, hit, reach),
    })),
  );
  return arrangeContext(groups, maxContextChunks);
}

function notesOn({ unsupported, unknownIds }: CheckedAnswer): readonly string[] {
  const notes: string[] = [];
  if (unknownIds.length > 0) {
    notes.push(
      `citations taken out, since no such source was given: ${unknownIds.map((id) => `[${id}]`).join(' ')}`,
    );
  }
  if (unsupported.length > 0) notes.push(`sentences that no cited source bears out: ${unsupported.length}`);
  return notes;
}

function logAnswer(
  { log }: AnswerPorts,
  corpus: Corpus,
  sources: readonly ContextSource[],
  draft: Draft,
  { abstained, citations, unsupported, usage, timingsMs }: AnswerResult,
): void {
  log.info({
    event: 'answer-done',
    corpus: corpus.name,
    generation: corpus.generation,
    generator: draft.modelId,
    sources: sources.length,
    abstained,
    citations: citations.length,
    unsupported: unsupported.length,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    generateMs: timingsMs.generate,
    durationMs: timingsMs.total,
  });
}
