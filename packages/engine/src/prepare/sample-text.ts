import type { RawDocument } from '@winnow/core';
import type { PreparePool } from './prepare-pool.ts';

/** The text of a document, parsed in a process of its own; null where it has none. */
export type SampleText = (raw: RawDocument, signal: AbortSignal) => Promise<string | null>;

/** For a look at a text before there is a model to cut it for. */
const anyCut = { chunking: { targetTokens: 512, overlapRatio: 0 }, maxTokens: 512, tokenizer: null };

export function createSampleText(pool: PreparePool): SampleText {
  return async (raw, signal) => {
    const prepared = await pool.prepare(raw, anyCut, signal);
    if (!prepared.ok) return null;
    const text = prepared.document.chunks.map((chunk) => chunk.text).join('\n');
    return text === '' ? null : text;
  };
}
