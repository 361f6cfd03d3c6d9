import { liveRef } from '@winnow/core';
import {
  corpusOf,
  elasticsearchUrl,
  newRevisionOf,
  revisionOf,
  runIdOf,
  termsOf,
  uniquePrefix,
  unitVectorOf,
} from '@winnow/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openTestStore } from '../test-support.ts';
import { indexNames } from './names.ts';

const never = new AbortController().signal;
const run = runIdOf('run-1');
const words = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'];
const documents = Array.from({ length: 60 }, (_, index) =>
  revisionOf(`document-${index}`, 1, [
    words.slice(0, 1 + (index % words.length)).join(' '),
    `${words[index % 3]} ${'filler '.repeat(index % 7)}`,
  ]),
);
const queries = [['alpha'], ['zeta', 'alpha'], ['filler', 'gamma'], ['epsilon', 'epsilon', 'beta']];

async function answersOf(shards: number) {
  const opened = await openTestStore(elasticsearchUrl(), uniquePrefix(), shards);
  onTestFinished(() => opened.dispose());
  const { store, client, prefix } = opened;
  const corpus = corpusOf('spread');
  const ref = liveRef(corpus);
  await store.corpora.create(corpus);
  await store.manifest.admit(ref, run);
  await store.manifest.accept(
    ref,
    run,
    documents.map(({ documentId }) => newRevisionOf(documentId)),
  );
  await store.chunks.commit(ref, documents, never);
  const found = [];
  for (const terms of queries) {
    const vector = unitVectorOf(terms.join(' '));
    const { bm25, dense } = await store.chunks.recall(ref, {
      terms,
      vector,
      k: 20,
      filter: null,
      signal: never,
    });
    found.push({ bm25, dense });
  }
  const frequencies = await store.chunks.tokenFrequencies(ref, [...termsOf('alpha filler zeta'), 'absent']);
  const index = indexNames(prefix).chunks(ref);
  const { _shards: shardCount } = await client.count({ index });
  const perShard = await Promise.all(
    Array.from({ length: shardCount.total }, async (_, shard) => {
      return (await client.count({ index, preference: `_shards:${shard}` })).count;
    }),
  );
  return { found, frequencies, perShard };
}

describe('a corpus spread over shards', () => {
  test('ranks and counts as one that is not', async () => {
    const one = await answersOf(1);
    const five = await answersOf(5);
    expect(five.perShard).toHaveLength(5);
    expect(five.perShard.every((chunks) => chunks > 0)).toBe(true);
    expect(five.frequencies).toEqual(one.frequencies);
    for (const [at, { bm25, dense }] of one.found.entries()) {
      const other = five.found[at];
      expect(other?.bm25.map(({ chunkId }) => chunkId)).toEqual(bm25.map(({ chunkId }) => chunkId));
      for (const [rank, { score }] of bm25.entries()) expect(other?.bm25[rank]?.score).toBeCloseTo(score, 5);
      expect(other?.dense.map(({ chunkId }) => chunkId)).toEqual(dense.map(({ chunkId }) => chunkId));
    }
  });
});
