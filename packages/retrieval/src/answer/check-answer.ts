import { AppError, createTurns, dot, type Embedder } from '@winnow/core';
import type { Meaning } from '../citations/across-languages.ts';
import { type CheckedAnswer, checkCitationsInSteps } from '../citations/check-citations.ts';
import { writingOf } from '../citations/writing-of.ts';
import type { AnswerPorts, QueryContext } from '../ports.ts';
import type { Draft } from './draft-answer.ts';
import { parallelSentences } from './parallel-sentences.ts';

/** An answer after its check. */
export interface AnswerCheck {
  readonly checked: CheckedAnswer;
  /** A model that would have told did not answer. */
  readonly degraded: boolean;
}

/** Texts embedded for one check: a bound on the time it takes. What is beyond stays unchecked. */
const maxTexts = 96;
/** How far above unrelated sentences a translation must be for a model to be taken for a multilingual one, 0–1. */
const leastOfTranslation = 0.3;

/**
 * Checks the citations of a draft. Where it cites sources in another language, the corpus's embedder tells how near
 * they are, if it knows both languages; one that does not answer leaves them unchecked.
 *
 * @throws AppError `canceled`.
 */
export async function checkAnswer(
  ports: AnswerPorts,
  context: QueryContext,
  question: string,
  draft: Draft,
): Promise<AnswerCheck> {
  const text = draft.abstained ? '' : draft.text;
  const asked = recordMeaning();
  const { corpus, bill, signal } = context;
  const check = (meaning: Meaning) =>
    checkCitationsInSteps(text, draft.sources, { question, meaning, forReader: true }, createTurns(signal));
  const checked = await check(asked);
  if (asked.claims.size === 0) return { checked, degraded: false };
  try {
    const embedder = await ports.sentenceEmbedderOf(corpus, bill);
    const meaning = await meaningBy(embedder, asked, signal);
    if (meaning === null) return { checked, degraded: false };
    return { checked: await check(meaning), degraded: false };
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (signal.aborted) throw error;
    ports.log.warn({ event: 'meaning-skipped', corpus: corpus.name, code: error.code, error });
    return { checked, degraded: true };
  }
}

/** What a check asks for. */
interface AskedMeaning {
  readonly claims: ReadonlySet<string>;
  readonly sentences: ReadonlySet<string>;
}

/** Tells nothing, and remembers what it was asked. */
export function recordMeaning(): Meaning & AskedMeaning {
  const claims = new Set<string>();
  const sentences = new Set<string>();
  return {
    claims,
    sentences,
    likeness(claim, sentence) {
      if (claims.size + sentences.size < maxTexts) {
        claims.add(claim);
        sentences.add(sentence);
      }
      return null;
    },
  };
}

/**
 * Likeness by the vectors of a model: how far a sentence is above what unrelated sentences of its language get.
 *
 * @returns null for a model that does not know a translation from another sentence.
 * @throws AppError what the embedder throws.
 */
export async function meaningBy(
  embedder: Embedder,
  { claims, sentences }: AskedMeaning,
  signal: AbortSignal,
): Promise<Meaning | null> {
  const probes = parallelSentences.flat();
  const documents = await vectorsOf(embedder, [...probes, ...sentences], 'document', signal);
  if (!translates(documents)) return null;
  const queries = await vectorsOf(embedder, [...claims], 'query', signal);
  return {
    likeness(claim, sentence) {
      const [asked, read] = [queries.get(claim), documents.get(sentence)];
      if (asked === undefined || read === undefined) return null;
      const zero = unrelatedCosine(asked, writingOf(sentence) === 'Han' ? 1 : 0, documents);
      return (dot(asked, read) - zero) / Math.max(1 - zero, 1e-6);
    },
  };
}

/** What a claim has in common with the sentences in one language that it has nothing to do with. */
function unrelatedCosine(
  claim: Float32Array,
  language: 0 | 1,
  vectors: ReadonlyMap<string, Float32Array>,
): number {
  return meanOf(
    parallelSentences.map((pair) => dot(claim, vectors.get(pair[language]) ?? new Float32Array())),
  );
}

/** Whether translations are clearly nearer to each other than other sentences are. */
function translates(vectors: ReadonlyMap<string, Float32Array>): boolean {
  const cosine = (one: string, other: string) =>
    dot(vectors.get(one) ?? new Float32Array(), vectors.get(other) ?? new Float32Array());
  const zero = meanOf(
    parallelSentences.flatMap(([one], row) =>
      parallelSentences.flatMap(([, other], column) => (row === column ? [] : [cosine(one, other)])),
    ),
  );
  const least = zero + leastOfTranslation * (1 - zero);
  return parallelSentences.every(([one, other]) => cosine(one, other) >= least);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

async function vectorsOf(
  embedder: Embedder,
  texts: readonly string[],
  purpose: 'document' | 'query',
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Float32Array>> {
  const found = new Map<string, Float32Array>();
  for (let start = 0; start < texts.length; start += embedder.maxTextsPerCall) {
    const batch = texts.slice(start, start + embedder.maxTextsPerCall);
    const { vectors } = await embedder.embed(batch, { purpose, signal });
    for (const [index, text] of batch.entries()) {
      const vector = vectors[index];
      if (vector !== undefined) found.set(text, vector);
    }
  }
  return found;
}
