import { describe, expect, it } from 'vitest';
import { embedderSpec } from './embedder-spec.ts';
import { findModel } from './find-model.ts';
import { modelRows } from './model-rows.ts';

describe('embedderSpec', () => {
  it('resolves a local model to its row', () => {
    const row = findModel('embedding', 'bge-small-zh-v1.5');
    expect(embedderSpec('bge-small-zh-v1.5')).toEqual({
      kind: 'onnx',
      modelId: 'bge-small-zh-v1.5',
      dimensions: 512,
      maxTokens: 512,
      row,
    });
  });

  it.each([
    ['openai:text-embedding-3-small', 1536],
    ['openai:text-embedding-3-large', 3072],
    ['openai:text-embedding-ada-002', 1536],
  ])('knows the dimensions of %s', (name, dimensions) => {
    expect(embedderSpec(name)).toMatchObject({ kind: 'openai', modelId: name, dimensions, maxTokens: 8192 });
  });

  it('takes any model behind an endpoint, and says that its dimensions have to be asked for', () => {
    expect(embedderSpec('openai:BAAI/bge-m3')).toMatchObject({ model: 'BAAI/bge-m3', dimensions: null });
  });

  it('names all models and the nearest one for a name that is none', () => {
    expect(() => embedderSpec('all-minilm')).toThrowError(
      expect.objectContaining({
        code: 'not_found',
        message: expect.stringMatching(
          /"all-minilm"\. .*all-MiniLM-L6-v2, bge-small-en-v1\.5, .*openai:text-embedding-3-small/,
        ),
      }),
    );
    expect(() => embedderSpec('text-embedding-3-small')).toThrowError(
      /Did you mean openai:text-embedding-3-small\?/,
    );
    expect(() => embedderSpec('openai:')).toThrowError(/no embedding model/);
  });
});

describe('findModel', () => {
  it('does not take an embedding model for a reranker', () => {
    expect(() => findModel('rerank', 'all-MiniLM-L6-v2')).toThrowError(
      expect.objectContaining({ code: 'not_found' }),
    );
    expect(findModel('rerank', 'bge-reranker-base').family).toBe('xlm-roberta');
  });
});

describe('modelRows', () => {
  it('pins each file of each model by size, hash and commit', () => {
    expect(new Set(modelRows.map((row) => row.name)).size).toBe(modelRows.length);
    for (const { files, hub } of modelRows) {
      expect(hub.revision).toMatch(/^[0-9a-f]{40}$/);
      for (const file of [files.model, files.tokenizer]) {
        expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(file.bytes).toBeGreaterThan(100_000);
      }
    }
  });
});
