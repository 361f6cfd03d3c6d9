import { expect, it } from 'vitest';
import { localModel } from './local-model.ts';

it('gives the row of a model that runs here', () => {
  expect(localModel('rerank', 'bge-reranker-base').family).toBe('xlm-roberta');
  expect(localModel('embedding', 'all-MiniLM-L6-v2@int8').name).toBe('all-MiniLM-L6-v2');
});

it('does not take an embedding model for a reranker, nor a remote model', () => {
  expect(() => localModel('rerank', 'all-MiniLM-L6-v2')).toThrowError(
    expect.objectContaining({ code: 'not_found' }),
  );
  expect(() => localModel('embedding', 'text-embedding-3-small')).toThrowError(
    /text-embedding-3-small does not run here, but by openai/,
  );
});
