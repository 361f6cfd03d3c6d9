import { parentPort } from 'node:worker_threads';
import type { Chunking, RawDocument, Tokenizer } from '@winnow/core';
import { prepareDocument } from '@winnow/ingestion';
import { createEstimatingTokenizer, loadTokenizer } from '@winnow/models';
import { parse } from '@winnow/parsing';

/** Where a thread finds the tokens that chunks are counted in; null for models whose tokenizer is not at hand. */
export type TokenizerPath = string | null;

/** One document to parse and split. */
export interface PrepareTask {
  readonly id: number;
  readonly raw: RawDocument;
  readonly chunking: Chunking;
  readonly maxTokens: number;
  readonly tokenizer: TokenizerPath;
}

const tokenizers = new Map<TokenizerPath, Tokenizer>();

// The file is the body of a worker thread: it parses what is sent, one document at a time.
parentPort?.on('message', (task: PrepareTask) => {
  const result = prepareDocument(task.raw, {
    parse,
    tokenizer: tokenizerAt(task.tokenizer),
    chunking: task.chunking,
    maxTokens: task.maxTokens,
  });
  parentPort?.postMessage({ id: task.id, result });
});

function tokenizerAt(path: TokenizerPath): Tokenizer {
  const known = tokenizers.get(path);
  if (known !== undefined) return known;
  const tokenizer = path === null ? createEstimatingTokenizer() : loadTokenizer(path);
  tokenizers.set(path, tokenizer);
  return tokenizer;
}
