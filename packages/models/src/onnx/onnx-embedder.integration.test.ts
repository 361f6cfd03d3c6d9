import { readFileSync } from 'node:fs';
import { silentLogger } from '@winnow/core';
import { describeEmbedder } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compressTokens } from '../late-interaction/compressed-tokens.ts';
import { testModel } from '../test-models.ts';
import { createOnnxEmbedder, type OnnxEmbedder } from './onnx-embedder.ts';

interface ReferenceCase {
  readonly model: string;
  readonly purpose: 'document' | 'query';
  readonly text: string;
  readonly tokens: number;
  readonly vector: readonly number[];
}

const referenceFile = new URL('../../fixtures/reference-vectors.json', import.meta.url);
const reference: readonly ReferenceCase[] = JSON.parse(readFileSync(referenceFile, 'utf8'));
const { signal } = new AbortController();
const open = async (name: string) => createOnnxEmbedder({ ...(await testModel(name)), log: silentLogger });

describeEmbedder('all-MiniLM-L6-v2 on this machine', () => open('all-MiniLM-L6-v2'), {
  understandsEnglish: true,
});
describeEmbedder('all-MiniLM-L6-v2@fp32 on this machine', () => open('all-MiniLM-L6-v2@fp32'), {
  understandsEnglish: true,
});
describeEmbedder('bge-small-en-v1.5 on this machine', () => open('bge-small-en-v1.5'), {
  understandsEnglish: true,
});
describeEmbedder('bge-small-zh-v1.5 on this machine', () => open('bge-small-zh-v1.5'), {
  understandsEnglish: false,
  understandsChinese: true,
});

describe.each(['all-MiniLM-L6-v2', 'bge-small-zh-v1.5'])('createOnnxEmbedder of %s', (name) => {
  let embedder: OnnxEmbedder;
  beforeAll(async () => {
    embedder = await open(name);
  });
  afterAll(() => embedder.close());

  it.each(reference.filter((one) => one.model === name))(
    'gives the vector that Python gives, from the same tokens: $purpose $text',
    async ({ text, purpose, tokens, vector }) => {
      const result = await embedder.embed([text], { purpose, signal });
      expect(result.usage.inputTokens).toBe(tokens);
      // Kinds of CPU differ in the last digits of int8 arithmetic.
      expect(dot(result.vectors[0], vector)).toBeGreaterThan(0.99);
    },
  );

  it('gives a text bit for bit the same vector alone and among others', async () => {
    const texts = ['a short one', 'a long one '.repeat(100), '中文也一样'];
    const { vectors } = await embedder.embed(texts, { purpose: 'document', signal });
    for (const [index, text] of texts.entries()) {
      const alone = await embedder.embed([text], { purpose: 'document', signal });
      expect(alone.vectors[0]).toEqual(vectors[index]);
    }
  });

  it('gives token vectors of the text alone: no special token, no prompt', async () => {
    const text = '如何重置密码 reset';
    for (const purpose of ['query', 'document'] as const) {
      const [result] = await embedder.embedTokens([text], { purpose, signal });
      expect(result?.tokens).toEqual(embedder.tokenizer.tokens(text));
      expect(result?.vectors).toHaveLength((result?.tokens.length ?? 0) * embedder.dimensions);
      const row = result?.vectors.subarray(0, embedder.dimensions) ?? [];
      expect(Math.hypot(...row)).toBeCloseTo(1, 4);
    }
  });

  it('gives token vectors of the same inference where they are asked for, and the same vectors', async () => {
    const texts = ['如何重置密码 reset', 'a long one '.repeat(100), 'short'];
    const options = { purpose: 'document', signal } as const;
    const plain = await embedder.embed(texts, options);
    const both = await embedder.embed(texts, { ...options, tokenVectors: true });
    const tokens = await embedder.embedTokens(texts, options);
    expect(both.tokenVectors).toEqual(tokens.map((one) => compressTokens(one)));
    expect(both.vectors).toEqual(plain.vectors);
    expect(both.usage).toEqual(plain.usage);
    expect(plain.tokenVectors).toBeUndefined();
  });

  it('keeps the token embeddings of a query with its vector: they are those of an inference of their own', async () => {
    const text = '如何重置密码 after a while';
    const fresh = await embedder.embedTokens([text, text], { purpose: 'query', signal });
    await embedder.embed([text], { purpose: 'query', signal });
    const [kept] = await embedder.embedTokens([text], { purpose: 'query', signal });
    expect(kept).toEqual(fresh[0]);
    expect((await embedder.embedTokens([text], { purpose: 'query', signal }))[0]).toBe(kept);
    const [asDocument] = await embedder.embedTokens([text], { purpose: 'document', signal });
    expect(asDocument).not.toBe(kept);
  });

  it('answers a query before documents that were asked for earlier', async () => {
    await embedder.embed(['warm'], { purpose: 'query', signal });
    const order: string[] = [];
    const long = Array.from({ length: 16 }, (_, index) => `document ${index} `.repeat(60));
    await Promise.all([
      embedder.embed(long, { purpose: 'document', signal }).then(() => order.push('documents')),
      embedder.embed(['question'], { purpose: 'query', signal }).then(() => order.push('query')),
    ]);
    expect(order).toEqual(['query', 'documents']);
  });

  it('has a fingerprint that names the files', async () => {
    const { files } = await testModel(name);
    expect(embedder.fingerprint).toContain(files.modelSha256);
    expect(embedder.fingerprint).toContain(files.tokenizerSha256);
  });
});

describe('createOnnxEmbedder with other weights', () => {
  it.each(['all-MiniLM-L6-v2', 'bge-small-en-v1.5', 'bge-small-zh-v1.5'])(
    'gives nearly the same vectors from the fp32 weights of %s, under another fingerprint',
    async (name) => {
      const quantised = await open(name);
      const precise = await open(`${name}@fp32`);
      for (const text of ['How do I reset a forgotten password?', '如何重置忘记的密码？']) {
        const options = { purpose: 'query', signal } as const;
        const one = (await quantised.embed([text], options)).vectors[0];
        const other = (await precise.embed([text], options)).vectors[0];
        expect(dot(one, [...(other ?? [])])).toBeGreaterThan(0.95);
      }
      expect(precise.fingerprint).not.toBe(quantised.fingerprint);
      await Promise.all([quantised.close(), precise.close()]);
    },
  );
});

describe('createOnnxEmbedder', () => {
  it('counts the texts that lose their end, those that just fit not', async () => {
    const embedder = await open('all-MiniLM-L6-v2');
    const options = { purpose: 'document', signal } as const;
    const words = (count: number) => Array.from({ length: count }, () => 'word').join(' ');
    const fits = await embedder.embed([words(254), 'short'], options);
    expect(fits.usage).toMatchObject({ inputTokens: 256 + 3, truncated: 0 });
    const cut = await embedder.embed([words(255), 'short', words(2_000)], options);
    expect(cut.usage).toMatchObject({ inputTokens: 256 + 3 + 256, truncated: 2 });
    await embedder.close();
  });

  it('says which execution providers there are where one is asked for that is not', async () => {
    const { row, files } = await testModel('all-MiniLM-L6-v2');
    for (const executionProviders of [['no-such-device'], ['no-such-device', 'cpu']]) {
      const embedder = createOnnxEmbedder({ row, files, executionProviders, log: silentLogger });
      await expect(embedder.embed(['text'], { purpose: 'query', signal })).rejects.toMatchObject({
        code: 'failed_precondition',
        message: expect.stringMatching(/has no execution provider no-such-device, but .*cpu/),
      });
      await embedder.close();
    }
  });

  it('says which file cannot be loaded, at every call', async () => {
    const { row, files } = await testModel('all-MiniLM-L6-v2');
    const broken = { ...files, model: files.tokenizer };
    const embedder = createOnnxEmbedder({ row, files: broken, log: silentLogger });
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(embedder.embed(['text'], { purpose: 'query', signal })).rejects.toMatchObject({
        code: 'failed_precondition',
        message: expect.stringContaining(`${files.tokenizer} cannot be loaded`),
      });
    }
    await embedder.close();
  });

  it('ends what is under way when it is closed, and refuses calls from then on', async () => {
    const embedder = await open('all-MiniLM-L6-v2');
    const running = embedder.embed(['text '.repeat(200)], { purpose: 'document', signal });
    const closing = embedder.close();
    await expect(running).rejects.toMatchObject({ code: 'canceled' });
    await closing;
    await embedder.close();
    await expect(embedder.embed(['x'], { purpose: 'query', signal })).rejects.toMatchObject({
      code: 'failed_precondition',
    });
  });
});

function dot(a: Float32Array | undefined, b: readonly number[]): number {
  return (a ?? new Float32Array()).reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}
