import { type ChunkId, liveRef, type TokenEmbedder } from '@winnow/core';
import { createLateInteractionReranker, createTokenVectorCache } from '@winnow/models';
import { createHashingEmbedder, createWordTokenizer, elasticsearchUrl } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { answer } from '../answer/answer.ts';
import { answerRequestSchema } from '../answer/answer-request.ts';
import { openTestCorpus, type TestCorpus } from '../test-corpus.ts';
import { startWaveProxy, type WaveProxy, type WaveRequest } from '../test-waves.ts';
import { search } from './search.ts';
import { type SearchRequestInput, searchRequestSchema } from './search-request.ts';

const signal = new AbortController().signal;
/** More chunks than a leg holds; none says the same as another, and few are of one length. */
const documents = Array.from({ length: 80 }, (_, at) => ({
  id: `pump-${at}.md`,
  chunks: [0, 1, 2].map((position) => `The pump has a filter for litres of ${fillers(3 * at + position)}. `),
}));

function fillers(at: number): string {
  return Array.from({ length: 2 + (at >> 2) }, (_, place) => `w${(at * 100 + place).toString(36)}`).join(' ');
}

const dimensions = 16;
const tokenizer = createWordTokenizer();
const embedder: TokenEmbedder = {
  embedTokens: async (texts) =>
    texts.map((text) => {
      const tokens = tokenizer.tokens(text);
      return { tokens, vectors: new Float32Array(tokens.length * dimensions).fill(1 / 4) };
    }),
};

describe('a search in Elasticsearch', () => {
  let proxy: WaveProxy;
  let opened: TestCorpus;
  beforeAll(async () => {
    proxy = await startWaveProxy(elasticsearchUrl());
    opened = await openTestCorpus(documents, {}, 'elasticsearch', proxy.url);
    // What became live a moment ago may have been seen in parts: then another search is made.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
    await run({ query: 'warm' });
  });
  afterAll(async () => {
    vi.useRealTimers();
    await opened.close();
    await proxy.close();
  });

  /** The ports with the reranker that a corpus has unless another is asked for. */
  const ports = () => {
    const { chunks } = opened.ports.store;
    const ref = liveRef(opened.corpus);
    const { fingerprint } = createHashingEmbedder({ dimensions: 256 });
    return {
      ...opened.ports,
      rerankerOf: async () =>
        createLateInteractionReranker({
          embedder,
          modelId: 'words',
          fingerprint,
          tokenFrequencies: (tokens) => chunks.tokenFrequencies(ref, tokens),
          tokenVectors: (keys) => chunks.tokenVectorsByKey(ref, keys),
          cache: createTokenVectorCache({ maxEntries: 100 }),
        }),
    };
  };
  const run = (request: SearchRequestInput) =>
    search(ports(), opened.corpus, searchRequestSchema.parse(request), signal);
  const wavesOf = (request: SearchRequestInput) => proxy.wavesOf(() => run(request));
  const query = 'pump filter litres';

  it('takes two round trips, with late interaction, and reads the texts that it looks at alone', async () => {
    const waves = await wavesOf({ query });
    expect(waves.map(kindsOf)).toEqual([
      ['_msearch', '_termvectors'],
      ['_mget', '_search'],
    ]);
    const [found, read] = waves;
    const ofText = 'has a filter';
    expect(answersOf(found, '_msearch').includes(ofText)).toBe(false);
    expect(answersOf(read, '_mget').split(ofText).length - 1).toBe(25);
    expect(answersOf(read, '_search').split('token_vectors').length - 1).toBe(25);
  });

  it('takes no more with what stands around the hits', async () => {
    const waves = await wavesOf({ query: `${query} around`, neighbours: 1 });
    expect(waves.map(kindsOf)).toEqual([
      ['_msearch', '_termvectors'],
      ['_mget', '_search'],
    ]);
    const { hits } = await run({ query, neighbours: 1 });
    for (const { documentId, position, context } of hits) {
      const chunks = documents.find(({ id }) => id === documentId)?.chunks ?? [];
      expect(context?.text).toBe(chunks.slice(Math.max(0, position - 1), position + 2).join(''));
    }
  });

  it('takes no more for an answer', async () => {
    const request = answerRequestSchema.parse({ query });
    const waves = await proxy.wavesOf(() => Array.fromAsync(answer(ports(), opened.corpus, request, signal)));
    expect(waves.map(kindsOf)).toEqual([
      ['_msearch', '_termvectors'],
      ['_mget', '_search'],
    ]);
  });

  it('reads for feedback the ten texts that it learns from, and then as without', async () => {
    const waves = await wavesOf({ query: `${query} again`, feedback: true });
    expect(waves.map(kindsOf)).toEqual([
      ['_msearch', '_termvectors'],
      ['_mget'],
      ['_search'],
      ['_mget'],
      ['_msearch'],
      ['_mget', '_search'],
    ]);
    expect(answersOf(waves[1], '_mget').split('"text"').length - 1).toBe(10);
    expect(answersOf(waves[5], '_mget').split('"text"').length - 1).toBeLessThanOrEqual(50);
  });

  it('reads no text where none of a hit is wanted', async () => {
    const { chunks } = opened.ports.store;
    const texts = ['of no hit' as ChunkId];
    const wanted = () => ({ texts, around: { of: texts, reach: 1 }, tokenVectors: texts });
    const terms = ['pump'];
    const waves = await proxy.wavesOf(() =>
      chunks.recall(liveRef(opened.corpus), { terms, vector: null, k: 50, filter: null, signal, wanted }),
    );
    expect(waves.map(kindsOf)).toEqual([['_msearch'], ['_mget']]);
    expect(waves.flat().some(({ answer: of }) => of.includes('has a filter'))).toBe(false);
  });
});

/** What kinds of requests a wave is made of. */
function kindsOf(wave: readonly WaveRequest[]): readonly string[] {
  return wave.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)).sort();
}

function answersOf(wave: readonly WaveRequest[] | undefined, kind: string): string {
  return (wave ?? [])
    .filter(({ path }) => path.endsWith(kind))
    .map((request) => request.answer)
    .join('\n');
}
