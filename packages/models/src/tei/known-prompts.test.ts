import { expect, it } from 'vitest';
import { knownPrompts } from './known-prompts.ts';

const none = { query: '', document: '' };

it.each([
  ['intfloat/multilingual-e5-small', { query: 'query: ', document: 'passage: ' }],
  ['/data/multilingual-e5-small/', { query: 'query: ', document: 'passage: ' }],
  ['BAAI/bge-large-zh-v1.5', { query: '为这个句子生成表示以用于检索相关文章：', document: '' }],
  ['sentence-transformers/all-MiniLM-L6-v2', none],
  ['text-embedding-3-small', none],
  ['someone/else', none],
])('knows the prompts of %s', (name, prompts) => {
  expect(knownPrompts(name)).toEqual(prompts);
});
