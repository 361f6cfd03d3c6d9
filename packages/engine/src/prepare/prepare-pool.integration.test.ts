import { existsSync } from 'node:fs';
import { type DocumentId, type RawDocument, sha256 } from '@winnow/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPreparePool, type PrepareLimits, type PreparePool } from './prepare-pool.ts';

const cut = { chunking: { targetTokens: 256, overlapRatio: 0 }, maxTokens: 512, tokenizer: null };
const poisoned = { body: new URL('./testing/poison-child.ts', import.meta.url) };
const { signal } = new AbortController();

describe('createPreparePool', () => {
  it.each([
    ['ends with an error', 'exit', 'malformed'],
    ['aborts', 'crash', 'too_large'],
    ['is killed each time', 'kill', 'gave_up'],
    ['fills its heap', 'objects', 'too_large'],
    ['fills buffers outside of it', 'buffers', 'too_large'],
    ['never comes to an end', 'loop', 'gave_up'],
  ])('loses the one document whose process %s, and none of those sent with it', async (_, poison, code) => {
    const pool = open({
      ...poisoned,
      maxHeapMb: 128,
      maxResidentMb: 400,
      documentTimeoutMs: poison === 'loop' ? 5_000 : 120_000,
    });
    const texts = ['one', 'two', poison, 'three', 'four'];
    const results = await Promise.all(texts.map((text) => pool.prepare(rawOf(text), cut, signal)));
    expect(results.map((result) => (result.ok ? textOf(result) : result.reason.code))).toEqual([
      'one',
      'two',
      code,
      'three',
      'four',
    ]);
  });

  it('takes no document for broken where its process is of another version, as after an update under it', async () => {
    const pool = open({ version: 0 });
    await expect(pool.prepare(rawOf('whole'), cut, signal)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('start it again'),
    });
  });

  it('takes no document for broken where the reader of its format is no more, as after an update under it', async () => {
    const pool = open(poisoned);
    expect(await pool.prepare(rawOf('whole'), cut, signal)).toMatchObject({ ok: true });
    await expect(pool.prepare(rawOf('reader is gone'), cut, signal)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('start it again'),
    });
  });

  it('may not write files', async () => {
    const pool = open(poisoned);
    const result = await pool.prepare(rawOf('write'), cut, signal);
    expect(result).toMatchObject({ ok: false, reason: { message: expect.stringContaining('permission') } });
    expect(existsSync('/tmp/winnow-poison')).toBe(false);
  });

  it('gives each document its own result, however many are sent at once', async () => {
    const pool = open({});
    const texts = Array.from({ length: 500 }, (_, at) => `document ${at}`);
    const results = await Promise.all(texts.map((text) => pool.prepare(rawOf(text), cut, signal)));
    expect(results.map((result) => (result.ok ? textOf(result) : result.reason))).toEqual(texts);
  });

  it('gives up what nobody waits for any more, and all that is under way when it is closed', async () => {
    const pool = open(poisoned);
    const gone = pool.prepare(rawOf('one'), cut, AbortSignal.abort());
    await expect(gone).rejects.toMatchObject({ code: 'canceled' });
    const underWay = pool.prepare(rawOf('loop'), cut, signal);
    const refusal = expect(underWay).rejects.toMatchObject({ code: 'canceled' });
    await pool.close();
    await refusal;
    await expect(pool.prepare(rawOf('one'), cut, signal)).rejects.toMatchObject({ code: 'canceled' });
  });
});

function open(limits: Partial<PrepareLimits>): PreparePool {
  const pool = createPreparePool(1, limits);
  onTestFinished(() => pool.close());
  return pool;
}

function rawOf(text: string): RawDocument {
  const content = Buffer.from(text);
  return {
    documentId: `${text}.txt` as DocumentId,
    content,
    mediaType: 'text/plain',
    title: null,
    metadata: {},
    contentHash: sha256(content),
  };
}

function textOf({
  document,
}: {
  readonly document: { readonly chunks: readonly { readonly text: string }[] };
}) {
  return document.chunks.map(({ text }) => text).join(' ');
}
