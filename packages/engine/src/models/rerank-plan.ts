import { type Corpus, liveGeneration } from '@winnow/core';
import { resolveModel } from '@winnow/models';
import { parseJudgeName, type RerankPlan } from '@winnow/retrieval';
import type { Config } from '@winnow/runtime';

/**
 * How a reranker is run: judges get their own deadline, and others stand in for what they leave; depth follows
 * the latency budget where the time is this machine's.
 */
export function rerankPlan(config: Config, corpus: Corpus, name: string): RerankPlan {
  const judge = parseJudgeName(name);
  if (judge !== null) {
    return { deadlineMs: config.judge.timeoutMs, depth: 'whole', standIns: standInsFor(config, corpus) };
  }
  return {
    deadlineMs: config.rerankTimeoutMs,
    depth: isLocalReranker(name) ? 'latency' : 'whole',
    standIns: [],
  };
}

/** The configured cross-encoder, then what the corpus' own embedder can do. */
function standInsFor(config: Config, corpus: Corpus): readonly string[] {
  const configured = config.reranker;
  const isOther = configured !== 'none' && parseJudgeName(configured) === null;
  const own = isLocalEmbedder(liveGeneration(corpus).embedder) ? ['late-interaction'] : [];
  return [...new Set([...(isOther ? [configured] : []), ...own])];
}

function isLocalEmbedder(name: string): boolean {
  return resolveModel('embedding', name).provider === 'local';
}

/** An unknown name is none's; whoever opens the model says so. */
function isLocalReranker(name: string): boolean {
  if (name === 'late-interaction' || name === 'none') return true;
  try {
    return resolveModel('rerank', name).provider === 'local';
  } catch {
    return true;
  }
}
