import { type Corpus, liveGeneration, shortHash } from '@winnow/core';
import { detectLanguage } from '@winnow/text';
import type { AnswerRequest } from '../answer-request.ts';
import { answerPromptVersion } from '../prompt/answer-prompt.ts';

/**
 * What two questions must have in common before one can be answered with the answer to the other: the corpus, its live
 * generation and models, the generator, every setting of the request (the filter, which is who may
 * see what, among them), what the model is told, and the language of the question.
 */
export function answerScope(corpus: Corpus, generator: string, request: AnswerRequest): string {
  const { query, history: _history, deadlineMs: _deadlineMs, ...settings } = request;
  const { corpusId } = corpus;
  const { physicalName, fingerprints } = liveGeneration(corpus);
  return shortHash(
    JSON.stringify([
      { corpusId, physicalName, fingerprints, generator, answerPromptVersion },
      detectLanguage(query),
      Object.entries(settings).sort(([left], [right]) => (left < right ? -1 : 1)),
    ]),
  );
}
