import { AppError, type Corpus, type Generator } from '@winnow/core';
import type { AnswerEvent, ContextSource } from './answer-event.ts';
import type { AnswerRequest } from './answer-request.ts';
import { createExtractiveGenerator } from './extractive-generator.ts';
import type { AnswerPorts } from './ports.ts';

/** An answer as it was generated, not yet checked. */
export interface Draft {
  readonly text: string;
  readonly abstained: boolean;
  readonly modelId: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly notes: readonly string[];
}

/**
 * Streams an answer. A generator that fails before its first word is replaced by the extractive one, with a
 * note; one that fails later fails the answer, since half of it is out.
 *
 * @throws AppError what `generatorOf` throws; what the generator throws after its first word; `canceled`.
 */
export async function* draftAnswer(
  ports: AnswerPorts,
  corpus: Corpus,
  request: AnswerRequest,
  sources: readonly ContextSource[],
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, Draft> {
  if (sources.length === 0) return { ...emptyDraft('none'), abstained: true };
  const extractive = async () => createExtractiveGenerator({ embedder: await ports.embedderOf(corpus) });
  const name = request.generator === 'default' ? undefined : request.generator;
  const configured = await ports.generatorOf(corpus, name);
  if (configured === null) return yield* stream(await extractive(), request.query, sources, signal);

  let started = false;
  try {
    const draft = stream(configured, request.query, sources, signal);
    for (let step = await draft.next(); ; step = await draft.next()) {
      if (step.done === true) return step.value;
      started = true;
      yield step.value;
    }
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (started || signal.aborted) throw error;
    ports.log.warn({ event: 'generator-skipped', corpus: corpus.name, code: error.code, error });
    const draft = yield* stream(await extractive(), request.query, sources, signal);
    return {
      ...draft,
      notes: [`answered with sentences of the sources: ${configured.modelId} failed: ${error.message}`],
    };
  }
}

async function* stream(
  generator: Generator,
  question: string,
  sources: readonly ContextSource[],
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, Draft> {
  let draft = emptyDraft(generator.modelId);
  for await (const delta of generator.generate(question, sources, { signal })) {
    if (delta.type === 'delta') {
      draft = { ...draft, text: draft.text + delta.text };
      yield { type: 'answer-delta', text: delta.text };
    } else if (delta.type === 'usage') {
      draft = { ...draft, inputTokens: delta.inputTokens, outputTokens: delta.outputTokens };
    } else {
      draft = { ...draft, abstained: true };
    }
  }
  if (signal.aborted) throw AppError.from(signal.reason);
  return draft;
}

function emptyDraft(modelId: string): Draft {
  return { text: '', abstained: false, modelId, inputTokens: 0, outputTokens: 0, notes: [] };
}
