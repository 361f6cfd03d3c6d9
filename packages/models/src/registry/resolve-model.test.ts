import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelRows } from './model-rows.ts';
import { freePrice, unknownPrice } from './price.ts';
import { resolveModel } from './resolve-model.ts';

const refusal = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe('resolveModel', () => {
  it('finds every model of the registry by its name', () => {
    for (const row of modelRows) {
      const spec = resolveModel(row.kind, row.name);
      expect(spec).toMatchObject({ kind: row.kind, provider: row.provider, modelId: row.name });
      expect(spec.price).toBe(row.price);
    }
  });

  it.each([
    ['text-embedding-3-small', 1_536],
    ['text-embedding-3-large', 3_072],
    ['text-embedding-ada-002', 1_536],
  ])(
    'takes openai:%s as another spelling, so that the vectors of older corpora stay valid',
    (name, dimensions) => {
      expect(resolveModel('embedding', `openai:${name}`)).toEqual(resolveModel('embedding', name));
      // The fingerprint of vectors is made of these.
      expect(resolveModel('embedding', name)).toMatchObject({ model: name, dimensions, maxTokens: 8_192 });
    },
  );

  it('shortens vectors where the model can, and only there', () => {
    expect(resolveModel('embedding', 'text-embedding-3-large@1024')).toMatchObject({
      modelId: 'text-embedding-3-large@1024',
      model: 'text-embedding-3-large',
      dimensions: 1_024,
      shortened: true,
    });
    expect(resolveModel('embedding', 'openai:text-embedding-3-large@3072')).toEqual(
      resolveModel('embedding', 'text-embedding-3-large'),
    );
    expect(resolveModel('embedding', 'embed-v4.0@512')).toMatchObject({ dimensions: 512 });
    expect(() => resolveModel('embedding', 'embed-v4.0@500')).toThrowError(
      refusal('invalid_argument', /embed-v4\.0 gives vectors of 256, 512, 1024, 1536 dimensions, not "500"/),
    );
    expect(() => resolveModel('embedding', 'text-embedding-ada-002@512')).toThrowError(
      refusal('invalid_argument', /of 1536 dimensions/),
    );
  });

  it('takes any length from 1 to the model’s own, and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.double(), fc.string()), (variant) => {
        const name = `text-embedding-3-small@${variant}`;
        const fits = /^\d+$/.test(String(variant)) && String(Number(variant)) === String(variant);
        const dimensions = Number(variant);
        if (fits && dimensions >= 1 && dimensions <= 1_536) {
          expect(resolveModel('embedding', name)).toMatchObject({ dimensions });
        } else if (!String(variant).includes('@')) {
          expect(() => resolveModel('embedding', name)).toThrowError(
            refusal('invalid_argument', /1 to 1536/),
          );
        }
      }),
    );
  });

  it('knows the weights of local models by what stands behind the @', () => {
    const int8 = resolveModel('embedding', 'all-MiniLM-L6-v2');
    expect(resolveModel('embedding', 'all-MiniLM-L6-v2@int8')).toEqual(int8);
    expect(resolveModel('embedding', 'all-MiniLM-L6-v2@fp32')).not.toEqual(int8);
    expect(int8.price).toBe(freePrice);
    expect(() => resolveModel('embedding', 'all-MiniLM-L6-v2@fp16')).toThrowError(
      refusal('invalid_argument', /no variant "fp16": there is all-MiniLM-L6-v2, all-MiniLM-L6-v2@fp32/),
    );
  });

  it.each(['openai', 'cohere', 'jina', 'tei'])(
    'takes any embedding model behind %s: by cautious limits',
    (wire) => {
      expect(resolveModel('embedding', `${wire}:BAAI/bge-m3@v1`)).toEqual({
        kind: 'embedding',
        provider: wire,
        modelId: `${wire}:BAAI/bge-m3@v1`,
        model: 'BAAI/bge-m3@v1',
        dimensions: null,
        shortened: false,
        maxTokens: 512,
        maxTextsPerCall: 32,
        maxTokensPerCall: Number.POSITIVE_INFINITY,
        price: unknownPrice,
      });
    },
  );

  it('does not take a local model for the one of a server', () => {
    expect(resolveModel('embedding', 'tei:all-MiniLM-L6-v2')).toMatchObject({ provider: 'tei' });
  });

  it('takes a reranker behind a server of one’s own by the wire it speaks', () => {
    expect(resolveModel('rerank', 'jina:my-reranker')).toMatchObject({
      provider: 'jina',
      model: 'my-reranker',
    });
    expect(resolveModel('rerank', 'cohere:rerank-v3.5')).toEqual(resolveModel('rerank', 'rerank-v3.5'));
    expect(() => resolveModel('rerank', 'openai:my-reranker')).toThrowError(
      refusal(
        'invalid_argument',
        /no way to ask openai for a rerank model: write cohere:NAME, jina:NAME, tei:NAME/,
      ),
    );
  });

  it('takes the path of a GGUF file, a name of the registry, or any chat model', () => {
    expect(resolveModel('generation', './models/qwen.gguf')).toMatchObject({
      provider: 'gguf',
      path: './models/qwen.gguf',
      price: freePrice,
    });
    expect(resolveModel('generation', 'gemma-3-270m@q4_k_m')).toMatchObject({ modelId: 'gemma-3-270m' });
    expect(resolveModel('generation', 'gpt-4o-mini')).toMatchObject({ contextTokens: 128_000 });
    expect(resolveModel('generation', 'qwen2.5:7b')).toMatchObject({
      provider: 'openai',
      modelId: 'qwen2.5:7b',
      model: 'qwen2.5:7b',
      price: unknownPrice,
    });
    expect(resolveModel('generation', 'openai:qwen2.5:7b')).toEqual(resolveModel('generation', 'qwen2.5:7b'));
  });

  it('names all models of the kind and the nearest one for a name that is none', () => {
    expect(() => resolveModel('embedding', 'all-minilm')).toThrowError(
      refusal('not_found', /"all-minilm"\. .*all-MiniLM-L6-v2, .*text-embedding-3-small.* is openai:NAME/),
    );
    expect(() => resolveModel('embedding', 'text-embeding-3-small')).toThrowError(
      refusal('not_found', /Did you mean text-embedding-3-small\?/),
    );
    expect(() => resolveModel('rerank', 'rerank-multilingual-v3')).toThrowError(
      refusal('not_found', /Did you mean rerank-multilingual-v3\.0\?/),
    );
    expect(() => resolveModel('embedding', 'openai:')).toThrowError(
      refusal('not_found', /no embedding model/),
    );
  });

  it('says what a model is for that is asked for something else', () => {
    expect(() => resolveModel('embedding', 'rerank-v3.5')).toThrowError(
      refusal('not_found', /It is a model for rerank\./),
    );
    expect(() => resolveModel('generation', 'text-embedding-3-small')).toThrowError(
      refusal('not_found', /It is a model for embedding\./),
    );
  });
});
