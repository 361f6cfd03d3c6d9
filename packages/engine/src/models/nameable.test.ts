import { loadConfig } from '@winnow/runtime';
import { describe, expect, test } from 'vitest';
import { requireNameable } from './nameable.ts';

const config = loadConfig({
  WINNOW_CHAT_MODEL: '/models/own.gguf',
  WINNOW_RERANKER: 'jina:own',
  WINNOW_NAMED_MODELS: 'openai:own-embedder, openai:own-chat',
});

describe('requireNameable', () => {
  test.each([
    ['embedding', 'all-MiniLM-L6-v2'],
    ['embedding', 'text-embedding-3-large@1024'],
    ['embedding', 'openai:own-embedder'],
    ['rerank', 'late-interaction'],
    ['rerank', 'none'],
    ['rerank', 'default'],
    ['rerank', 'judge'],
    ['rerank', 'judge@listwise:gpt-4o-mini'],
    ['rerank', 'judge:/models/own.gguf'],
    ['rerank', 'jina:own'],
    ['rerank', 'rerank-v3.5'],
    ['generation', 'extractive'],
    ['generation', 'default'],
    ['generation', '/models/own.gguf'],
    ['generation', 'openai:own-chat'],
    ['generation', 'gpt-4o-mini'],
  ] as const)('lets %s %s through', (kind, name) => {
    expect(() => requireNameable(config, kind, name)).not.toThrow();
  });

  test.each([
    ['generation', '/etc/x.gguf'],
    ['generation', './x.gguf'],
    ['generation', 'gpt-4o-mini@/../../etc/x.gguf'],
    ['generation', 'qwen2.5:7b'],
    ['generation', 'openai:other'],
    ['rerank', 'judge:/etc/x.gguf'],
    ['rerank', 'judge@pointwise:/etc/passwd'],
    ['rerank', 'tei:any'],
    ['rerank', '/etc/x.gguf'],
    ['embedding', 'tei:any'],
    ['embedding', '../x'],
    ['embedding', ''],
  ] as const)('refuses %s %s', (kind, name) => {
    expect(() => requireNameable(config, kind, name)).toThrow(/that a request may name/);
  });
});
