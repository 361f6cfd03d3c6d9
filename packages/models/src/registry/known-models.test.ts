import { expect, it } from 'vitest';
import { knownModels, priceText } from './known-models.ts';
import { modelRows } from './model-rows.ts';
import { freePrice, unknownPrice } from './price.ts';

it('lists every model with what a user chooses by', () => {
  const models = new Map(knownModels().map((model) => [model.name, model]));
  expect(models.size).toBe(modelRows.length);
  expect(models.get('text-embedding-3-small')).toMatchObject({
    kind: 'embedding',
    provider: 'openai',
    dimensions: 1_536,
    maxTokens: 8_192,
    price: '$0.02 / M tokens',
    scores: null,
  });
  expect(models.get('rerank-v3.5')).toMatchObject({
    price: '$2.00 / K searches',
    dimensions: null,
    scores: '0–1',
  });
  expect(models.get('gpt-4o-mini')).toMatchObject({
    price: '$0.15 / M in, $0.60 / M out',
    maxTokens: 128_000,
  });
  expect(models.get('bge-small-zh-v1.5')).toMatchObject({
    price: 'free',
    licence: 'MIT',
    priceDate: '',
    language: 'zh',
  });
});

it('tells what is free from what is not known', () => {
  expect(priceText(freePrice)).toBe('free');
  expect(priceText(unknownPrice)).toBe('unknown');
});
