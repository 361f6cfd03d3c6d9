import { AppError, type DocumentId } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { sourcesOf } from '../test-sources.ts';
import { createExtractiveGenerator } from './extractive-generator.ts';
import type { Vocabulary } from './quoting/rare-words.ts';
import { flatEmbedder } from './quoting/test-scores.ts';

const sources = sourcesOf(
  {
    documentId: 'small.md' as DocumentId,
    text: '# Small\n\nThe formats that it supports are gzip and zlib.',
  },
  { documentId: 'tar.md' as DocumentId, text: '# Tar\n\nThe formats that it supports are many.' },
);
const holders = (...documentIds: readonly string[]): Vocabulary => ({
  rareIn: async (terms) => (terms.includes('brot') ? new Set(documentIds as DocumentId[]) : null),
});
const failing: Vocabulary = {
  rareIn: async () => {
    throw new AppError('unavailable', 'no index');
  },
};

const answered = (vocabulary?: Vocabulary) => {
  const { embedder } = flatEmbedder(/formats/);
  const generator = createExtractiveGenerator({ embedder, ...(vocabulary !== undefined && { vocabulary }) });
  const signal = AbortSignal.timeout(5_000);
  return Array.fromAsync(generator.generate('Which formats with brotli are supported?', sources, { signal }));
};

describe('createExtractiveGenerator', () => {
  it('quotes the document that has a rare word of the question somewhere, though it was not found there', async () => {
    expect(await answered()).toEqual([{ type: 'delta', text: expect.stringContaining('gzip') }]);
    expect(await answered(holders('tar.md'))).toEqual([
      { type: 'delta', text: expect.stringContaining('many') },
    ]);
  });

  it('answers, with a note, where words cannot be looked for', async () => {
    expect(await answered(failing)).toEqual([
      { type: 'note', text: expect.stringContaining('no index'), lasting: false },
      { type: 'delta', text: expect.stringContaining('gzip') },
    ]);
  });
});
