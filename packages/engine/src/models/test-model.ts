import {
  AppError,
  type Bill,
  type BillTo,
  type ChunkId,
  type Cost,
  type Embedder,
  type Reranker,
  type Reranking,
} from '@winnow/core';
import { knownModels, type ModelKind } from '@winnow/models';
import { parseJudgeName } from '@winnow/retrieval';
import type { Models } from './models.ts';
import { type Trial, trialFor } from './trials.ts';

/** What came back when a model was tried on a known question. */
export interface ModelTest {
  readonly model: string;
  readonly kind: ModelKind;
  /** The question, and what it was compared with. */
  readonly query: string;
  /** Texts in the order of their scores, best first; empty for a chat model. */
  readonly ranking: readonly { readonly text: string; readonly score: number }[];
  /** Whether both texts on the subject come before the one that is not; null for a chat model. */
  readonly sensible: boolean | null;
  /** What a chat model answered, cut short; null for others. */
  readonly reply: string | null;
  /** The first call, loading included. */
  readonly firstMs: number;
  /** The second call. */
  readonly latencyMs: number;
  /** Of both calls. */
  readonly cost: Cost;
}

const replyTokens = 48;

export interface ModelTestRequest {
  readonly name: string;
  /** Found out by the name if not given. */
  readonly kind?: ModelKind;
}

/**
 * Tries a model: embeds or ranks three known texts, or has a chat model answer, and shows what came back and
 * how long it took.
 * @throws AppError `not_found` for an unknown name; `invalid_argument` where its provider is not configured;
 * what the model throws.
 */
export async function testModel(
  models: Models,
  openBill: (to: BillTo) => Bill,
  request: ModelTestRequest,
  signal: AbortSignal,
): Promise<ModelTest> {
  const { name } = request;
  const bill = openBill({ corpus: null, runId: null, queryId: null });
  const kind = request.kind ?? kindOf(name);
  const trial = trialFor(knownModels().find((known) => known.name === name)?.language ?? null);
  const { query, texts, offSubject } = trial;
  const attempt = await attemptOf(models, kind, name, trial, bill, signal);
  const first = await timed(attempt);
  const second = await timed(attempt);
  const { scores, reply } = second.result;
  const ranking = scores
    .map((score, index) => ({ text: texts[index] ?? '', score }))
    .sort((one, other) => other.score - one.score);
  return {
    model: name,
    kind,
    query,
    ranking,
    sensible: kind === 'generation' ? null : ranking.at(-1)?.text === offSubject,
    reply,
    firstMs: first.durationMs,
    latencyMs: second.durationMs,
    cost: bill.total(),
  };
}

interface Attempt {
  /** One per text; empty for a chat model. */
  readonly scores: readonly number[];
  readonly reply: string | null;
}

/** Rerankers that are made of a corpus. */
const ofCorpora: ReadonlySet<string> = new Set(['late-interaction', 'none']);

/** A name with a prefix may be of any kind: it is taken for an embedder. */
function kindOf(name: string): ModelKind {
  if (parseJudgeName(name) !== null || ofCorpora.has(name)) return 'rerank';
  if (name.endsWith('.gguf')) return 'generation';
  return knownModels().find((known) => known.name === name)?.kind ?? 'embedding';
}

async function attemptOf(
  models: Models,
  kind: ModelKind,
  name: string,
  trial: Trial,
  bill: Bill,
  signal: AbortSignal,
): Promise<() => Promise<Attempt>> {
  if (kind === 'embedding') {
    const embedder = await models.embedder(name, bill);
    return () => embed(embedder, trial, signal);
  }
  if (kind === 'rerank') {
    const reranker = await models.standaloneReranker(name, bill);
    return () => rank(reranker, trial, signal);
  }
  const model = await models.chatModel(name, bill, 'test');
  if (model === null) throw new AppError('invalid_argument', `${name} needs a corpus: try winnow ask`);
  return async () => {
    let reply = '';
    const messages = [{ role: 'user', content: trial.query }] as const;
    for await (const delta of model.chat(
      { messages, maxOutputTokens: replyTokens, json: null },
      { signal },
    )) {
      if (delta.type === 'delta') reply += delta.text;
    }
    return { scores: [], reply: reply.trim() };
  };
}

async function embed(embedder: Embedder, { query, texts }: Trial, signal: AbortSignal): Promise<Attempt> {
  const [asked] = (await embedder.embed([query], { purpose: 'query', signal })).vectors;
  const { vectors } = await embedder.embed(texts, { purpose: 'document', signal });
  return { scores: vectors.map((vector) => dot(vector, asked ?? new Float32Array())), reply: null };
}

async function rank(reranker: Reranker, { query, texts }: Trial, signal: AbortSignal): Promise<Attempt> {
  const passages = texts.map((text, index) => ({ chunkId: `test-${index}` as ChunkId, text }));
  const { scores }: Reranking = await reranker.rerank(query, passages, { signal });
  return { scores, reply: null };
}

function dot(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}

async function timed<Result>(work: () => Promise<Result>): Promise<{ result: Result; durationMs: number }> {
  const startedAt = performance.now();
  const result = await work();
  return { result, durationMs: performance.now() - startedAt };
}
