import { availableParallelism } from 'node:os';
import { type Logger, noModelUsage, type Reranker } from '@winnow/core';
import { assertTexts } from '../assert-texts.ts';
import type { ModelFiles } from '../files/model-store.ts';
import type { LocalRerankRow } from '../registry/model-row.ts';
import { cpuOnly } from './cpu-only.ts';
import { createInferencePool, poolShape } from './inference-pool.ts';

export interface CrossEncoderOptions {
  readonly row: LocalRerankRow;
  readonly files: ModelFiles;
  /** Cores to use; all by default. */
  readonly threads?: number;
  /** Of ONNX Runtime, in order of preference (`cuda`, `coreml`, `dml`); the CPU by default. */
  readonly executionProviders?: readonly string[];
  /** Passages worth scoring. Left out, it is as many as fit `latencyBudgetMs` by the speed measured so far. */
  readonly depth?: number;
  /** What a rerank may take; 300 ms by default. Does not cut a call short. */
  readonly latencyBudgetMs?: number;
  readonly log: Logger;
}

const maxDepth = 50;
const minDepth = 5;
/** Until there is a measurement: what two cores do with a small model in the default budget. */
const startDepth = 20;
const defaultBudgetMs = 300;
/** How much of the newest measurement goes into the mean. */
const newShare = 0.3;
/** More passages than any depth; a bound against mistakes. */
const maxPassages = 1_000;

/**
 * Scores pairs of query and passage with a model that reads both at once, one pair an inference, in threads
 * of its own. Scores are the sigmoid of the model's logit. A passage too long for the model is read in
 * windows, and the best of them counts.
 */
export function createCrossEncoder(options: CrossEncoderOptions): Reranker {
  const { row, files, log, threads = availableParallelism(), latencyBudgetMs = defaultBudgetMs } = options;
  const { executionProviders = cpuOnly } = options;
  const setup = { row, model: files.model, tokenizer: files.tokenizer, executionProviders };
  const shape = poolShape(threads, row.files.model.bytes, executionProviders[0] === 'cpu');
  const client = createInferencePool(setup, shape, log);
  let passageMs: number | null = null;
  let loaded = false;
  return {
    modelId: row.name,
    scale: 'probability',
    get depth() {
      return options.depth ?? depthWithin(latencyBudgetMs, passageMs);
    },
    async rerank(query, passages, { signal }) {
      const texts = passages.map((passage) => passage.text);
      assertTexts([query], 1);
      assertTexts(texts, maxPassages);
      const started = performance.now();
      const scored = await client.call({ kind: 'score', query, passages: texts }, signal);
      const durationMs = performance.now() - started;
      // The first call loads the model: it says nothing of the speed.
      if (loaded && passages.length > 0) passageMs = mean(passageMs, durationMs / passages.length);
      loaded = true;
      const truncated = scored.truncated + (scored.queryTruncated ? 1 : 0);
      if (truncated > 0) log.warn({ event: 'pairs-truncated', model: row.name, truncated });
      const usage = { ...noModelUsage, calls: 1, inputTokens: scored.tokens, truncated };
      return { scores: scored.logits.map(sigmoid), judgements: null, usage, notes: [] };
    },
    close: () => client.close(),
  };
}

function depthWithin(budgetMs: number, passageMs: number | null): number {
  if (passageMs === null) return startDepth;
  return Math.min(maxDepth, Math.max(minDepth, Math.floor(budgetMs / passageMs)));
}

function mean(before: number | null, now: number): number {
  return before === null ? now : before * (1 - newShare) + now * newShare;
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
