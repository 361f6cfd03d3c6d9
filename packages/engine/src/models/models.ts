import { join } from 'node:path';
import {
  AppError,
  type Bill,
  type CallPurpose,
  type ChatModel,
  type Corpus,
  type Embedder,
  type Logger,
  liveGeneration,
  type Reranker,
  type Store,
} from '@winnow/core';
import type { EmbeddingPrice, PricedBatches } from '@winnow/ingestion';
import {
  cacheQueries,
  cacheSentences,
  costOf,
  createModelStore,
  createQueryCache,
  createTokenVectorCache,
  isLocal,
  type LocalModelRow,
  type ModelProgress,
  meterChatModel,
  meterEmbedder,
  meterReranker,
  modelRows,
  resolveModel,
  type SharedCalls,
} from '@winnow/models';
import { createJudgeReranker, type JudgeName, parseJudgeName, type RerankPlan } from '@winnow/retrieval';
import type { Config } from '@winnow/runtime';
import { createKept } from './kept.ts';
import type { ModelContext } from './model-context.ts';
import { openChatModel } from './open-chat-model.ts';
import { type LoadedEmbedder, openBatches, openEmbedder } from './open-embedder.ts';
import { openLateInteraction, openReranker } from './open-reranker.ts';
import type { Prices } from './prices.ts';
import { rerankPlan } from './rerank-plan.ts';

/**
 * Models by name, each loaded once and kept until `close`, or until many others are asked for. Whoever gets one with a bill has every call of it
 * written there.
 */
export interface Models {
  /** @throws AppError `not_found` for an unknown name, `failed_precondition` where its files cannot be had. */
  load(embedder: string): Promise<LoadedEmbedder>;
  embedder(name: string, bill: Bill): Promise<Embedder>;
  /** For the sentences of an answer's sources: remembers them, and books what it embeds as part of the answer. */
  sentenceEmbedder(name: string, bill: Bill): Promise<Embedder>;
  /** What embedding costs; null where no price is known. */
  embeddingPrice(embedder: string): EmbeddingPrice | null;
  /** @returns null where the model's provider has no batches. */
  batches(embedder: string): Promise<PricedBatches | null>;
  /** @param name undefined for the configured default. @returns null where reranking is turned off. */
  reranker(corpus: Corpus, name: string | undefined, bill: Bill): Promise<Reranker | null>;
  /**
   * A reranker that works without a corpus.
   * @throws AppError `invalid_argument` for `late-interaction` and `none`.
   */
  standaloneReranker(name: string, bill: Bill): Promise<Reranker>;
  /** How a reranker is run. */
  rerankPlan(corpus: Corpus, name: string | undefined): RerankPlan;
  /** @param name undefined for the configured default. @returns null for the extractive answerer. */
  chatModel(name: string | undefined, bill: Bill, purpose: CallPurpose): Promise<ChatModel | null>;
  /**
   * Fetches and checks the files of a local model.
   * @returns their paths.
   * @throws AppError `invalid_argument` for a remote one; as `load`.
   */
  pull(name: string, signal: AbortSignal): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface ModelsOptions {
  readonly config: Config;
  readonly store: Store;
  readonly shared: SharedCalls;
  readonly prices: Prices;
  readonly log: Logger;
  readonly onDownload: (progress: ModelProgress) => void;
}

const lateInteraction = 'late-interaction';
/** Vectors of queries kept in memory: some megabytes. */
const queriesKept = 1_000;
/** Vectors of sentences of sources: about as many as a hundred answers read; at 384 dimensions 8 MB. */
const sentencesKept = 5_000;
/** Token vectors of passages that are not kept with their chunks: 3 KB each, some 6 MB. */
const passagesKept = 2_000;
/**
 * Models of each kind that are kept in memory, more while somebody may be working with them: no request and no job has
 * a longer deadline.
 */
const kept = { max: 4, useMs: 15 * 60_000 } as const;
/** Calls of a judge under way at once; a model on this machine uses every core for one. */
const judgeParallel = { local: 1, remote: 8 } as const;

export function createModels(options: ModelsOptions): Models {
  const { config, store, shared, prices, log } = options;
  const closing = new AbortController();
  const context: ModelContext = { config, files: modelStoreOf(options), shared, log, signal: closing.signal };
  const embedders = createKept((name: string) => openEmbedder(context, name), {
    ...kept,
    close: ({ embedder }) => embedder.close(),
  });
  const rerankers = createKept((name: string) => openReranker(context, name), {
    ...kept,
    close: ({ reranker }) => reranker.close(),
  });
  const chatModels = createKept((name: string) => openChatModel(context, name), {
    ...kept,
    close: ({ model }) => model.close(),
  });
  const queries = createQueryCache({ maxEntries: queriesKept });
  const passages = createTokenVectorCache({ maxEntries: passagesKept });
  const sentences = createQueryCache({ maxEntries: sentencesKept });

  async function chatModel(name: string, bill: Bill, purpose: CallPurpose): Promise<ChatModel> {
    const { spec, model } = await chatModels.get(name);
    return meterChatModel(model, { provider: spec.provider, price: prices.of(spec), bill, purpose });
  }

  async function judge({ mode, model }: JudgeName, bill: Bill): Promise<Reranker> {
    const name = model ?? config.judge.model;
    if (name === null) {
      throw new AppError(
        'invalid_argument',
        'the judge needs a chat model: set WINNOW_JUDGE_MODEL or WINNOW_CHAT_MODEL, or write judge:MODEL',
      );
    }
    const { spec } = await chatModels.get(name);
    const isLocal = spec.provider === 'local' || spec.provider === 'gguf';
    const { maxCalls, maxTokens } = config.judge;
    return createJudgeReranker({
      model: await chatModel(name, bill, 'judge'),
      mode,
      budget: { maxCalls, maxTokens },
      parallelCalls: judgeParallel[isLocal ? 'local' : 'remote'],
    });
  }

  const models: Models = {
    load: (name) => embedders.get(name),
    async embedder(name, bill) {
      const { spec, embedder } = await embedders.get(name);
      const { provider } = spec;
      const metered = meterEmbedder(embedder, { provider, price: prices.of(spec), bill });
      return cacheQueries(metered, { cache: queries, provider, bill });
    },
    async sentenceEmbedder(name, bill) {
      const { spec, embedder } = await embedders.get(name);
      const { provider } = spec;
      const metering = { provider, price: prices.of(spec), bill, purpose: 'answer' } as const;
      const metered = meterEmbedder(embedder, metering);
      const cached = cacheSentences(metered, { cache: sentences, provider, bill });
      return cacheQueries(cached, { cache: queries, provider, bill });
    },
    embeddingPrice(name) {
      const { usdPerMillionInputTokens, listDate } = prices.of(resolveModel('embedding', name));
      if (usdPerMillionInputTokens === null) return null;
      return { usdPerMillionTokens: usdPerMillionInputTokens, listDate: listDate === '' ? null : listDate };
    },
    async batches(name) {
      const loaded = await embedders.get(name);
      const batches = await openBatches(context, loaded);
      if (batches === null) return null;
      const { provider, modelId: model } = loaded.spec;
      const price = prices.of(loaded.spec);
      return {
        batches,
        charge(usage, bill) {
          const usd = costOf(usage, price, { batch: true });
          bill.add({ ...usage, purpose: 'embed-documents', provider, model, cached: 0, usd });
        },
      };
    },
    async reranker(corpus, name = config.reranker, bill) {
      if (name === 'none') return null;
      if (name !== lateInteraction) return await models.standaloneReranker(name, bill);
      const loaded = await embedders.get(liveGeneration(corpus).embedder);
      const reranker = openLateInteraction(store, corpus, loaded, passages);
      return meterReranker(reranker, { provider: 'local', price: prices.of(loaded.spec), bill });
    },
    async standaloneReranker(name, bill) {
      const judgeName = parseJudgeName(name);
      if (judgeName !== null) return await judge(judgeName, bill);
      if (name === 'none' || name === lateInteraction) {
        throw new AppError('invalid_argument', `${name} works on a corpus: try winnow search`);
      }
      const { spec, reranker } = await rerankers.get(name);
      return meterReranker(reranker, { provider: spec.provider, price: prices.of(spec), bill });
    },
    rerankPlan: (corpus, name) => rerankPlan(config, corpus, name ?? config.reranker),
    async chatModel(name = config.chatModel ?? 'extractive', bill, purpose) {
      return name === 'extractive' ? null : await chatModel(name, bill, purpose);
    },
    async pull(name, signal) {
      const row = localRow(name);
      if (row.kind === 'generation') return [await context.files.fetchGguf(row, signal)];
      const { model, tokenizer } = await context.files.fetch(row, signal);
      return [model, tokenizer];
    },
    async close() {
      closing.abort(new AppError('canceled', 'closing'));
      for (const { embedder } of await embedders.loaded()) await embedder.close();
      for (const { reranker } of await rerankers.loaded()) await reranker.close();
      for (const { model } of await chatModels.loaded()) await model.close();
    },
  };
  return models;
}

function modelStoreOf({ config, log, onDownload }: ModelsOptions) {
  return createModelStore({
    cacheDir: join(config.cacheDir, 'models'),
    modelsDir: config.modelsDir,
    hubEndpoint: config.hubEndpoint,
    onProgress: onDownload,
    log,
  });
}

function localRow(name: string): LocalModelRow {
  const row = modelRows.find((known) => known.name === name);
  if (row !== undefined && isLocal(row)) return row;
  const local = modelRows.filter(isLocal).map((known) => known.name);
  const problem = row === undefined ? 'is not in the registry' : 'is remote: it has no files';
  throw new AppError('invalid_argument', `${name} ${problem}. Local models are ${local.join(', ')}.`);
}
