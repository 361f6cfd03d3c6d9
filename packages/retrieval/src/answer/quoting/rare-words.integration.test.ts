import type { DocumentId } from '@winnow/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestCorpus, type TestCorpus } from '../../test-corpus.ts';
import { sourcesOf } from '../../test-sources.ts';
import { askedOf } from './asked-of.ts';
import { quoteSectionsOf } from './quote-unit.ts';
import { documentsLackingRareWords, type Vocabulary, vocabularyOf } from './rare-words.ts';

const signal = AbortSignal.timeout(60_000);
const documents = [
  { id: 'fflate.md', chunks: ['It supports gzip and zlib. ', 'All of it is small. '] },
  { id: 'tar.md', chunks: ['It supports brotli too. '] },
  ...Array.from({ length: 180 }, (_, at) => ({
    id: `other-${at}.md`,
    chunks: [`Number ${at} supports nothing. `],
  })),
];

describe.each(['embedded', 'elasticsearch'] as const)('the vocabulary of a corpus: %s', (kind) => {
  let opened: TestCorpus;
  let vocabulary: Vocabulary;
  beforeAll(async () => {
    opened = await openTestCorpus(documents, {}, kind);
    vocabulary = vocabularyOf(opened.ports.store, opened.corpus);
  });
  afterAll(() => opened.close());

  it('knows where a rare word stands, and neither a common one nor one that nobody uses', async () => {
    expect(await vocabulary.rareIn(['brotli', 'brot'], signal)).toEqual(new Set(['tar.md']));
    expect(await vocabulary.rareIn(['gzip'], signal)).toEqual(new Set(['fflate.md']));
    expect(await vocabulary.rareIn(['support'], signal)).toBeNull();
    expect(await vocabulary.rareIn(['zstandard'], signal)).toBeNull();
  });

  const lacking = (question: string) =>
    documentsLackingRareWords(
      askedOf(question),
      quoteSectionsOf(
        sourcesOf(
          { documentId: 'fflate.md' as DocumentId, text: 'All of it is small.' },
          { documentId: 'tar.md' as DocumentId, text: 'It supports brotli too.' },
        ),
      ),
      vocabulary,
      signal,
    );

  it('tells which documents lack one that others have, wherever in them it may stand', async () => {
    expect(await lacking('Does it support brotli?')).toEqual(new Set(['fflate.md']));
    expect(await lacking('Does it support gzip?')).toEqual(new Set(['tar.md']));
    expect(await lacking('Does it support zstandard?')).toEqual(new Set());
    expect(await lacking('支持 brotli 吗？')).toEqual(new Set());
  });
});
