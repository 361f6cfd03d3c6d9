import { availableParallelism } from 'node:os';
import { type Bill, type Corpus, type CorpusName, type Logger, noCost, type RunId } from '@winnow/core';
import {
  cancelRun,
  createIngestHandlers,
  createReconciler,
  type IngestPorts,
  runReport,
  startRun,
} from '@winnow/ingestion';
import { createSharedCalls, type ModelProgress, parseRateLimits } from '@winnow/models';
import {
  type AnswerPorts,
  answer,
  createMemoryAnswerCache,
  createRerankBudget,
  search,
} from '@winnow/retrieval';
import { type Config, closeInReverse } from '@winnow/runtime';
import { createSource } from '@winnow/sources';
import { type EngineAccess, openBackend } from './backend.ts';
import { createBills } from './bills.ts';
import { createCorpus, requireCorpus, requireSameFingerprint, summarise } from './corpora.ts';
import { exportChunks, listDocuments, showDocument } from './documents.ts';
import type { Engine, EngineWorker, RunReport } from './engine.ts';
import { evaluateCorpus } from './evaluate-corpus.ts';
import { createModels } from './models/models.ts';
import { openPrices } from './models/prices.ts';
import { testModel } from './models/test-model.ts';
import { createPreparePool } from './prepare/prepare-pool.ts';
import { requireBatches } from './require-batches.ts';
import { costOfSum, runView } from './run-view.ts';

export interface EngineOptions {
  readonly access: EngineAccess;
  readonly log: Logger;
  /** Told of every piece of a model that is being downloaded. */
  readonly onDownload?: (progress: ModelProgress) => void;
}

const closePartWithinMs = 10_000;
/** Runs of one corpus whose costs are looked up together. */
const maxRunSums = 10_000;

/**
 * The composition root: the one place that knows which adapter stands behind each port.
 * @throws AppError `failed_precondition` if another process works on the data folder, or the data do not fit.
 */
export async function openEngine(config: Config, options: EngineOptions): Promise<Engine> {
  const { log } = options;
  const prices = await openPrices(config);
  const rateLimits = parseRateLimits(config.rateLimits);
  const backend = await openBackend(config, options.access, log);
  const { store, jobs, blobs, ledger, embeddingCache } = backend;
  const now = () => new Date();
  const bills = createBills({ ledger, now, log });
  const models = createModels({
    config,
    store,
    shared: createSharedCalls({ state: backend.rateLimits, limits: rateLimits, log }),
    prices,
    log,
    onDownload: options.onDownload ?? (() => {}),
  });
  const pool = createPreparePool(Math.max(1, availableParallelism() - 1));
  const startedRuns = new Set<RunId>();

  const ingest: IngestPorts = {
    store,
    queue: jobs.queue,
    blobs,
    openSource: createSource,
    async prepare(raw, corpus, signal) {
      const { embedder, tokenizer } = await models.load(corpus.settings.embedder);
      const { chunking } = corpus.settings;
      return await pool.prepare(raw, { chunking, maxTokens: embedder.maxTokens, tokenizer }, signal);
    },
    openBill: bills.open,
    embedderOf: fittingEmbedder,
    batchesOf: ({ settings }) => models.batches(settings.embedder),
    embeddingCache,
    now,
    log,
  };
  const queries: AnswerPorts = {
    store,
    openBill: bills.open,
    embedderOf: fittingEmbedder,
    rerankerOf: models.reranker,
    rerankPlanOf: models.rerankPlan,
    chatModelOf: models.chatModel,
    answerCache: config.answerCacheMs === 0 ? null : createMemoryAnswerCache({ ttlMs: config.answerCacheMs }),
    rerankBudget: createRerankBudget(),
    clock: performance,
    log,
  };

  async function fittingEmbedder(corpus: Corpus, bill: Bill) {
    const embedder = await models.embedder(corpus.settings.embedder, bill);
    requireSameFingerprint(corpus, embedder);
    return embedder;
  }

  function createWorker(): EngineWorker {
    const worker = jobs.createWorker({ handlers: createIngestHandlers(ingest), log });
    const reconciler = createReconciler(ingest, { everyMs: config.reconcileMs });
    return {
      async start() {
        await worker.start();
        reconciler.start();
      },
      async close(limits) {
        await reconciler.stop();
        await worker.close(limits);
      },
    };
  }

  /**
   * With one process on a data folder, a run that it did not start is one whose process is gone. A new run
   * looks at the source afresh, and takes over what the old one left pending.
   */
  async function cancelAbandonedRuns(corpus: CorpusName): Promise<void> {
    for (const { runId, corpus: owner } of await store.runs.active()) {
      if (owner === corpus && !startedRuns.has(runId)) await cancelRun(ingest, runId);
    }
  }

  const report = async (runId: string): Promise<RunReport> => {
    const [sum] = await ledger.sum({ by: 'total', runId: runId as RunId, limit: 1 });
    return runView(await runReport(ingest, runId as RunId), costOfSum(sum));
  };

  const engine: Engine = {
    mode: config.backend.mode,
    async createCorpus(request, signal) {
      return await summarise(store, await createCorpus({ store, models, now }, request, signal));
    },
    async listCorpora() {
      const corpora = await store.corpora.list();
      return await Promise.all(corpora.map((corpus) => summarise(store, corpus)));
    },
    async showCorpus(name) {
      return await summarise(store, await requireCorpus(store, name));
    },
    async deleteCorpus(name) {
      const corpus = await requireCorpus(store, name);
      for (const run of await store.runs.active()) {
        if (run.corpus === corpus.name) await cancelRun(ingest, run.runId);
      }
      await store.corpora.delete(corpus.name);
    },
    async showDocument(name, documentId) {
      return await showDocument(store, await requireCorpus(store, name), documentId);
    },
    async listDocuments(name, query) {
      return await listDocuments(store, await requireCorpus(store, name), query);
    },
    async *exportChunks(name, exportOptions) {
      yield* exportChunks(store, await requireCorpus(store, name), exportOptions);
    },
    async startRun(name, startOptions = {}) {
      const corpus = await requireCorpus(store, name);
      requireSameFingerprint(corpus, (await models.load(corpus.settings.embedder)).embedder);
      if (startOptions.batch === true) await requireBatches(models, corpus);
      if (config.backend.mode === 'embedded') await cancelAbandonedRuns(corpus.name);
      const { run } = await startRun(ingest, corpus.name, startOptions);
      startedRuns.add(run.runId);
      return await report(run.runId);
    },
    showRun: report,
    async listRuns(name, limit) {
      const corpus = (await requireCorpus(store, name)).name;
      const sums = await ledger.sum({ by: 'run', corpus, limit: maxRunSums });
      const costs = new Map(sums.map((sum) => [sum.group, costOfSum(sum)]));
      const runs = await store.runs.list(corpus, limit);
      return runs.map((run) => ({ ...run, cost: costs.get(run.runId) ?? noCost }));
    },
    async cancelRun(runId) {
      await cancelRun(ingest, runId as RunId);
      return await report(runId);
    },
    async search(name, request, signal) {
      return await search(queries, await requireCorpus(store, name), request, signal);
    },
    async *answer(name, request, signal) {
      yield* answer(queries, await requireCorpus(store, name), request, signal);
    },
    evaluate: (request, signal) => evaluateCorpus(engine, request, signal),
    async warm(name, signal) {
      const corpus = await requireCorpus(store, name);
      const { embedder } = await models.load(corpus.settings.embedder);
      // Loading is what takes time, and a remote model has nothing to load.
      if (embedder.location === 'local') await embedder.embed(['warm'], { purpose: 'query', signal });
    },
    costs: (query) => ledger.sum(query),
    testModel: (request, signal) => testModel(models, bills, request, signal),
    pullModel: (name, signal) => models.pull(name, signal),
    createWorker,
    announce: backend.announce,
    async check(signal) {
      await store.check(signal);
      await jobs.queue.check(signal);
    },
    async close() {
      const parts = [
        ...backend.parts,
        { name: 'bills', close: () => bills.settled() },
        { name: 'models', close: () => models.close() },
        { name: 'parser threads', close: () => pool.close() },
      ];
      await closeInReverse(parts, closePartWithinMs, log);
    },
  };
  return engine;
}
