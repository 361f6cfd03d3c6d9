import {
  AppError,
  type ChunkId,
  type Embedder,
  type EmbeddingKey,
  isRetryable,
  noModelUsage,
} from '@winnow/core';
import {
  contentHashOf,
  createHashingEmbedder,
  createWordTokenizer,
  documentIdOf,
  testMaking,
  tokenVectorsOf,
} from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import type { BundlePart } from '../lanes/blobs/bundle-part.ts';
import { partKeys } from '../lanes/blobs/part-vectors.ts';
import { embedPart } from './embed-part.ts';

const { signal } = new AbortController();
const keep = async () => {};
const reserve = async () => {};
const nothing: ReadonlyMap<EmbeddingKey, Float32Array> = new Map();

const keysOf = (part: BundlePart) => partKeys(part, 'm', async () => {});

function partOf(documents: Readonly<Record<string, readonly string[]>>): BundlePart {
  const tokenizer = createWordTokenizer();
  return {
    documents: Object.keys(documents).map((name) => ({
      documentId: documentIdOf(name),
      revision: 1,
      making: testMaking,
      isNew: true,
      title: '',
      metadata: {},
      contentHash: contentHashOf(name),
    })),
    chunks: Object.values(documents).flatMap((texts, document) =>
      texts.map((text, position) => ({
        ...{ chunkId: text as ChunkId, position, start: 0, end: text.length, headings: [], text, document },
        ...{ tokenCount: tokenizer.count(text), terms: '', modelTokens: [] },
      })),
    ),
  };
}

describe('embedPart', () => {
  it('gives each chunk the vector of its own text, whatever the order of calls', async () => {
    const part = partOf({
      a: ['short', 'a somewhat longer text'],
      b: ['the longest text of them all here', 'mid one'],
    });
    const embedder = createHashingEmbedder({ maxTextsPerCall: 2 });
    const { vectors } = await embedPart(part, await keysOf(part), nothing, {
      embedder,
      reserve,
      keep,
      signal,
    });
    for (const [index, chunk] of part.chunks.entries()) {
      const alone = await embedder.embed([chunk.text], { purpose: 'document', signal });
      expect(vectors[index]).toEqual(alone.vectors[0]);
    }
  });

  it('embeds equal texts once, and known ones not at all', async () => {
    const calls: string[][] = [];
    const embedder = createHashingEmbedder({ onCall: (texts) => void calls.push([...texts]) });
    const part = partOf({ a: ['same text', 'known text'], b: ['same text', 'own text of b'] });
    const keys = await keysOf(part);
    const known = new Map([[keys[1] ?? ('' as EmbeddingKey), new Float32Array(64).fill(0.125)]]);
    const { vectors, usage } = await embedPart(part, keys, known, { embedder, reserve, keep, signal });
    expect(calls).toEqual([['own text of b', 'same text']]);
    expect(vectors[1]).toBe(known.get(keys[1] ?? ('' as EmbeddingKey)));
    expect(vectors[0]).toEqual(vectors[2]);
    expect(usage.map(({ embedded, reused }) => [embedded, reused])).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it('gives each chunk the token vectors of its own text, known ones as they are, and none where there are none', async () => {
    const hashing = createHashingEmbedder();
    const embedder: Embedder = {
      ...hashing,
      givesTokenVectors: true,
      async embed(texts, options) {
        const tokenVectors = options.tokenVectors === true ? texts.map(tokenVectorsOf) : [];
        return { ...(await hashing.embed(texts, options)), tokenVectors };
      },
    };
    const part = partOf({ a: ['same', 'known'], b: ['same', 'a longer one', 'known without'] });
    const keys = await keysOf(part);
    const [, known = '' as EmbeddingKey, , , without = '' as EmbeddingKey] = keys;
    const vectors = new Map([known, without].map((key) => [key, new Float32Array(64).fill(0.125)]));
    const knownTokenVectors = new Map([[known, tokenVectorsOf('kept')]]);
    const options = { embedder, knownTokenVectors, reserve, keep, signal };
    const { tokenVectors } = await embedPart(part, keys, vectors, options);
    const same = tokenVectorsOf('same');
    expect(tokenVectors).toEqual([same, tokenVectorsOf('kept'), same, tokenVectorsOf('a longer one'), null]);
  });

  it('accounts for every call and token once', async () => {
    const embedder = createHashingEmbedder({ maxTextsPerCall: 3 });
    const texts = (name: string) =>
      Array.from({ length: 7 }, (_, index) => `${name} ${'word '.repeat(index)}`.trim());
    const part = partOf({ a: texts('a'), b: texts('b'), c: [] });
    const { usage } = await embedPart(part, await keysOf(part), nothing, {
      embedder,
      reserve,
      keep,
      signal,
    });
    expect(usage.reduce((sum, { modelCalls }) => sum + modelCalls, 0)).toBe(5);
    const tokens = part.chunks.reduce((sum, { tokenCount }) => sum + tokenCount, 0);
    expect(usage.reduce((sum, { tokens: share }) => sum + share, 0)).toBe(tokens);
    expect(usage[2]).toEqual({ embedded: 0, reused: 0, modelCalls: 0, tokens: 0 });
  });

  it('hands over the vectors of every call that succeeded, even where another one fails', async () => {
    const part = partOf({ a: ['one', 'two', 'three', 'four'] });
    const plain = createHashingEmbedder({ maxTextsPerCall: 1 });
    const embedder: Embedder = {
      ...plain,
      parallelCalls: 4,
      async embed(texts, options) {
        if (texts.includes('three')) throw new AppError('unavailable', 'reset');
        return await plain.embed(texts, options);
      },
    };
    const kept = new Map<EmbeddingKey, Float32Array>();
    const embedding = embedPart(part, await keysOf(part), nothing, {
      reserve,
      embedder,
      signal,
      async keep(vectors) {
        for (const [key, vector] of vectors) kept.set(key, vector);
      },
    });
    await expect(embedding).rejects.toMatchObject({ code: 'unavailable' });
    expect(kept.size).toBe(3);
  });

  it('refuses answers that do not fit', async () => {
    const part = partOf({ a: ['one', 'two'] });
    const answering = (vectors: readonly Float32Array[]): Embedder => ({
      ...createHashingEmbedder({ dimensions: 2 }),
      embed: async () => ({ vectors, usage: { ...noModelUsage, calls: 1, inputTokens: 2 } }),
    });
    const codeOf = async (vectors: readonly Float32Array[]) => {
      const options = { embedder: answering(vectors), reserve, keep, signal };
      const error = await embedPart(part, await keysOf(part), nothing, options).catch((e) => e);
      return error.code;
    };
    const good = Float32Array.of(1, 0);
    expect(isRetryable(await codeOf([good]))).toBe(true);
    expect(isRetryable(await codeOf([good, Float32Array.of(Number.NaN, 0)]))).toBe(true);
    expect(await codeOf([good, Float32Array.of(1, 0, 0)])).toBe('failed_precondition');
  });
});
