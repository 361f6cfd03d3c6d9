import type { Corpus } from '@winnow/core';
import { openQueryBill } from '../open-query-bill.ts';
import type { AnswerPorts, QueryContext } from '../ports.ts';
import { embedQuery } from '../search/embed-query.ts';
import { searchFor } from '../search/search.ts';
import { between, elapsed } from '../stopwatch.ts';
import type { AnswerEvent, AnswerResult } from './answer-event.ts';
import { notesOnCheck } from './answer-notes.ts';
import { type AnswerRequest, generatorName, maxContextChunks } from './answer-request.ts';
import { arrangeContext } from './arrange-context.ts';
import { openReuse } from './cache/answer-reuse.ts';
import { replayAnswer } from './cache/replay-answer.ts';
import { checkAnswer } from './check-answer.ts';
import { draftAnswer } from './draft-answer.ts';
import { condenseQuestion } from './history/condense-question.ts';
import { inertAnswer } from './inert-answer.ts';
import { logAnswer } from './log-answer.ts';
import { nearestPassages } from './nearest-passages.ts';

/**
 * Answers a question from a corpus: understand the conversation → search → context → generate → check citations → inert markup.
 *
 * @param request parsed by `answerRequestSchema`.
 * @returns events, the sources first; ends with the checked answer. Nothing runs before the first is asked for, and
 * nothing goes on once the caller stops reading.
 * @throws AppError what `search` throws; `invalid_argument` or `not_found` for an unknown generator; what a
 * generator throws once its text is on the way.
 */
export function answer(
  ports: AnswerPorts,
  corpus: Corpus,
  request: AnswerRequest,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, void> {
  return inertAnswer(steps(ports, corpus, request, signal));
}

async function* steps(
  ports: AnswerPorts,
  corpus: Corpus,
  request: AnswerRequest,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, void> {
  const { clock } = ports;
  const start = clock.now();
  const context: QueryContext = { corpus, bill: openQueryBill(ports, corpus), signal };
  const model = await ports.chatModelOf(generatorName(request), context.bill, 'answer');
  const asked = await condenseQuestion(ports, context, request);
  const query = { ...request, query: asked.question };
  const embedded = await embedQuery(ports, context, query);
  const reuse = openReuse(ports, context, query, model, embedded.vector);
  const earlier = (await reuse?.find()) ?? null;
  if (earlier !== null) return yield* replayAnswer(ports, context, earlier, embedded, start);

  const search = await searchFor(ports, context, query, embedded);
  const searched = search.response;
  const found = searched.hits.map((hit) => ({ hit, neighbours: search.neighbours.get(hit.chunkId) ?? [] }));
  const sources = arrangeContext(found, maxContextChunks);
  yield { type: 'sources-ready', sources, search: searched, standaloneQuestion: asked.standalone };

  const generateStart = clock.now();
  const draft = yield* draftAnswer(ports, context, { question: asked.question, sources, model });
  const { checked, degraded } = await checkAnswer(ports, context, asked.question, draft);
  const result: AnswerResult = {
    answer: checked.answer,
    abstained: draft.abstained,
    nearest: draft.abstained ? nearestPassages(searched.hits) : [],
    citations: checked.citations,
    unsupported: checked.unsupported,
    generator: draft.modelId,
    standaloneQuestion: asked.standalone,
    cached: false,
    queryId: searched.queryId,
    generation: searched.generation,
    cost: context.bill.total(),
    timingsMs: {
      condense: asked.durationMs,
      search: searched.timingsMs.total,
      generate: elapsed(clock, generateStart),
      firstToken: draft.firstTextAt === null ? null : between(start, draft.firstTextAt),
      total: elapsed(clock, start),
    },
    notes: [
      ...asked.notes,
      ...searched.notes,
      ...draft.notes,
      ...notesOnCheck(asked.question, draft, checked),
    ],
  };
  if (!(search.degraded || draft.degraded || degraded)) await reuse?.keep(result, sources, searched);
  logAnswer(ports, context, sources, result);
  yield { type: 'answer-end', ...result };
}
