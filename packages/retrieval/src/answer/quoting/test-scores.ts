import type { Embedder } from '@winnow/core';
import { noModelUsage } from '@winnow/core';
import type { Fit } from './fits-asked.ts';
import type { UnitScore } from './score-units.ts';

/** Of a unit that is of no kind in particular. */
export const plainFit: Fit = {
  amount: 0,
  byDefault: 0,
  code: 0,
  unaskedCode: 0,
  unsaid: 0,
  name: 0,
  opposite: 0,
  elsewhere: 0,
};

/** Of a section that nothing speaks for. */
export const noEvidence: UnitScore['evidence'] = {
  coverage: 0,
  heading: 0,
  topic: 0,
  titled: 0,
  likeness: 0,
};

/**
 * An embedder to which all texts are the same, so that words and places alone decide; it remembers what it was given.
 */
export function flatEmbedder(): {
  readonly embedder: Embedder;
  readonly texts: readonly string[];
} {
  const texts: string[] = [];
  const embedder: Embedder = {
    modelId: 'flat',
    fingerprint: 'flat',
    location: 'local',
    dimensions: 2,
    maxTokens: 512,
    maxTextsPerCall: 64,
    maxTokensPerCall: Number.POSITIVE_INFINITY,
    parallelCalls: 1,
    async embed(given, { purpose }) {
      if (purpose === 'document') texts.push(...given);
      return {
        vectors: given.map(() => Float32Array.of(1, 0)),
        usage: noModelUsage,
      };
    },
    async close() {},
  };
  return { embedder, texts };
}
