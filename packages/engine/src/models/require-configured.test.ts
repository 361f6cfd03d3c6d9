import { loadConfig } from '@winnow/runtime';
import { describe, expect, test } from 'vitest';
import { createEngine } from '../create-engine.ts';
import { requireConfigured } from './require-configured.ts';

describe('requireConfigured', () => {
  test.each([
    {},
    { WINNOW_RERANKER: 'none' },
    { WINNOW_RERANKER: 'judge' },
    { WINNOW_RERANKER: 'jina:own' },
    { WINNOW_CHAT_MODEL: 'any-name-of-a-provider' },
    { WINNOW_CHAT_MODEL: '/models/own.gguf', WINNOW_JUDGE_MODEL: 'gpt-4o-mini' },
  ])('takes %j', (settings) => {
    expect(() => requireConfigured(loadConfig(settings))).not.toThrow();
  });

  test.each([
    [{ WINNOW_RERANKER: 'nope' }, /^WINNOW_RERANKER: .*nope/],
    [{ WINNOW_CHAT_MODEL: 'cohere:' }, /^WINNOW_CHAT_MODEL: /],
    [{ WINNOW_JUDGE_MODEL: 'gpt-4o-mini@small' }, /^WINNOW_JUDGE_MODEL: /],
  ])('refuses %j, and so does opening', async (settings, message) => {
    const refused = { code: 'invalid_argument', message: expect.stringMatching(message) };
    expect(() => requireConfigured(loadConfig(settings))).toThrow(expect.objectContaining(refused));
    await expect(createEngine({ dataDir: '/nowhere/winnow', settings })).rejects.toMatchObject(refused);
  });
});
