import { type AnswerDelta, type AnswerSource, AppError, type Embedder, type Generator } from '@winnow/core';
import { type SourceSentence, sentencesOf, termOverlaps } from './score-sentences.ts';

export interface ExtractiveGeneratorOptions {
  /** The corpus's own: no further model is needed. */
  readonly embedder: Embedder;
}

/** Sentences embedded per answer: those that share most with the question; a bound on the time it takes. */
const maxSentencesEmbedded = 64;
/** Sentences quoted at most. */
const maxSentencesQuoted = 3;
/** What a sentence may score below the best one and still be quoted. */
const widestGap = 0.1;
/** Weight of the shared terms beside the cosine. */
const overlapWeight = 0.5;
/** The best sentence must score this much. */
const leastScore = 0.5;

/** Brackets that would read as citations of ours. */
const foreignMarks = /\s*(?:\[[\d\s,^–-]{1,12}\]|【[\d\s,，–-]{1,12}】)/g;

/**
 * Answers with one to three sentences of the sources, each followed by its `[n]`. Needs no language model, and
 * says nothing that a source does not say; abstains where no sentence is near the question.
 */
export function createExtractiveGenerator({ embedder }: ExtractiveGeneratorOptions): Generator {
  return {
    modelId: 'extractive',
    async *generate(question, sources, { signal }): AsyncGenerator<AnswerDelta> {
      const { sentences, tokens } = await scoredSentences(embedder, question, sources, signal);
      const quoted = chooseSentences(sentences);
      if (quoted.length === 0) yield { type: 'abstained' };
      for (const [index, { n, text }] of quoted.entries()) {
        yield { type: 'delta', text: `${index === 0 ? '' : '\n\n'}${oneLine(text)} [${n}]` };
      }
      yield { type: 'usage', inputTokens: tokens, outputTokens: 0 };
    },
  };
}

export interface ScoredSentence extends SourceSentence {
  readonly cosine: number;
  readonly overlap: number;
  readonly score: number;
}

export async function scoredSentences(
  embedder: Embedder,
  question: string,
  sources: readonly AnswerSource[],
  signal: AbortSignal,
): Promise<{ readonly sentences: readonly ScoredSentence[]; readonly tokens: number }> {
  const all = sentencesOf(sources);
  const overlaps = termOverlaps(question, all);
  const nearest = all
    .map((sentence, index) => ({ ...sentence, overlap: overlaps[index] ?? 0 }))
    .sort((left, right) => right.overlap - left.overlap)
    .slice(0, maxSentencesEmbedded);
  if (nearest.length === 0) return { sentences: [], tokens: 0 };
  const asked = await embedder.embed([question], { purpose: 'query', signal });
  const [queryVector] = asked.vectors;
  if (queryVector === undefined) throw new AppError('internal', `${embedder.modelId} gave no vector`);
  const scored: ScoredSentence[] = [];
  let tokens = asked.tokens;
  for (let start = 0; start < nearest.length; start += embedder.maxTextsPerCall) {
    const batch = nearest.slice(start, start + embedder.maxTextsPerCall);
    const embedded = await embedder.embed(
      batch.map(({ text }) => text),
      { purpose: 'document', signal },
    );
    tokens += embedded.tokens;
    for (const [index, sentence] of batch.entries()) {
      const cosine = dot(queryVector, embedded.vectors[index] ?? new Float32Array());
      scored.push({ ...sentence, cosine, score: cosine + overlapWeight * sentence.overlap });
    }
  }
  return { sentences: scored, tokens };
}

function chooseSentences(sentences: readonly ScoredSentence[]): readonly ScoredSentence[] {
  const ranked = [...sentences].sort((left, right) => right.score - left.score);
  const [best] = ranked;
  if (best === undefined || best.score < leastScore) return [];
  return ranked.filter(({ score }) => score >= best.score - widestGap).slice(0, maxSentencesQuoted);
}

function oneLine(text: string): string {
  return text.replace(foreignMarks, '').replace(/\s+/g, ' ').trim();
}

function dot(left: Float32Array, right: Float32Array): number {
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
}
