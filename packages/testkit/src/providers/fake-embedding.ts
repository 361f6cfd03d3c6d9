import { createHashingEmbedder, createWordTokenizer } from '../hashing-embedder.ts';
import { type OutgoingVector, spoilVectors, type VectorFault } from './spoil-vectors.ts';
import { createTextCounts, type TextCounts } from './text-counts.ts';

/** What every fake that embeds offers to tests. */
export interface FakeEmbedding {
  /** Every text that was embedded, in answers that were sent as they should be. */
  readonly embedded: TextCounts;
  /** The next proper answer gets its vectors spoiled; used up one an answer, in order. */
  spoilNext(...faults: readonly VectorFault[]): void;
}

/** The fake model behind the fakes that embed: near vectors for texts with common words. */
export interface FakeEmbeddingModel extends FakeEmbedding {
  embed(texts: readonly string[], dimensions: number): Promise<readonly OutgoingVector[]>;
}

/** @param faultOf how the vectors of a call's texts are spoiled; null: as {@link FakeEmbedding.spoilNext} says. */
export function createFakeEmbeddingModel(
  faultOf: (texts: readonly string[]) => VectorFault | null = () => null,
): FakeEmbeddingModel {
  const embedded = createTextCounts();
  const faults: VectorFault[] = [];
  const { signal } = new AbortController();
  return {
    embedded,
    spoilNext: (...next) => {
      faults.push(...next);
    },
    async embed(texts, dimensions) {
      const fault = faultOf(texts) ?? faults.shift() ?? null;
      const embedder = createHashingEmbedder({ dimensions, maxTextsPerCall: texts.length });
      const { vectors } = await embedder.embed(texts, { purpose: 'document', signal });
      if (fault === null) embedded.add(texts);
      return spoilVectors(
        vectors.map((vector, index) => ({ index, values: [...vector] })),
        fault,
      );
    },
  };
}

const tokenizer = createWordTokenizer();

/** Tokens as the fakes count and bill them: a Han character, or six letters, is one. */
export function fakeTokensOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + tokenizer.count(text), 0);
}
