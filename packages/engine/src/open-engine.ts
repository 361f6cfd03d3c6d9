import { availableParallelism } from 'node:os';
import {
  AppError,
  type Bill,
  type BillTo,
  type Generation,
  type Logger,
  liveGeneration,
  type RawDocument,
} from '@winnow/core';
import {
  chunkerVersion,
  createIngestHandlers,
  createReconciler,
  createTroubles,
  type IngestPorts,
  requireFitting,
} from '@winnow/ingestion';
import {
  createBill,
  createLedgerWriter,
  createSharedCalls,
  type ModelProgress,
  parseRateLimits,
} from '@winnow/models';
import { createTika } from '@winnow/parsing/tika';
import { parserVersion } from '@winnow/parsing/version';
import {
  type AnswerPorts,
  answer,
  createMemoryAnswerCache,
  createRerankBudget,
  search,
} from '@winnow/retrieval';
import { type Config, closeInReverse } from '@winnow/runtime';
import { createPostWebhook, createTimekeeper, type SchedulingPorts } from '@winnow/scheduling';
import { createSites, createSource, createTables } from '@winnow/sources';
import { analysisVersion } from '@winnow/text';
import { answeredInTime } from './answered-in-time.ts';
import { createEngineArchives } from './archives.ts';
import { type EngineAccess, openBackend } from './backend.ts';
import { createEngineCorpora } from './corpora.ts';
import { createEngineDiscovery } from './discovery/discovery.ts';
import { createEngineDoctor } from './doctor.ts';
import { createEngineDocuments } from './documents.ts';
import type { Engine, EngineWorker } from './engine.ts';
import { evaluateCorpus } from './evaluate-corpus.ts';
import { createEngineGenerations } from './generations.ts';
import { createEngineInbox } from './inbox.ts';
import { createModels, type Models } from './models/models.ts';
import { requireNameable } from './models/nameable.ts';
import { openPrices } from './models/prices.ts';
import { requireConfigured } from './models/require-configured.ts';
import { testModel } from './models/test-model.ts';
import { createOpenMails } from './prepare/open-mails.ts';
import { prepareConverted } from './prepare/prepare-converted.ts';
import { createPreparePool } from './prepare/prepare-pool.ts';
import { createSampleText } from './prepare/sample-text.ts';
import { createEnginePush } from './push/push.ts';
import { createEngineGolden } from './quality/golden.ts';
import { createEngineQuality } from './quality/quality.ts';
import { createQueryRecorder, noQueryRecorder, recordAnswer } from './quality/query-recorder.ts';
import { createReadAhead } from './read-ahead.ts';
import { streamLive } from './read-live.ts';
import { requireWholeCorpus } from './require-corpus.ts';
import { createEngineRuns } from './runs.ts';
import { createScheduledWork } from './schedules/scheduled-work.ts';
import { createEngineSchedules } from './schedules/schedules.ts';
import { createEngineSources } from './sources/sources.ts';

export interface EngineOptions {
  readonly access: EngineAccess;
  readonly log: Logger;
  /** Told of every piece of a model that is being downloaded. */
  readonly onDownload?: (progress: ModelProgress) => void;
}

const closePartWithinMs = 10_000;

/** Versions of what documents are made with. */
const making = {
  parser: String(parserVersion),
  chunker: String(chunkerVersion),
  analysis: String(analysisVersion),
};

/**
 * The composition root: the one place that knows which adapter stands behind each port.
 * @throws AppError `failed_precondition` if another process works on the data folder, or the data do not fit.
 */
export async function openEngine(config: Config, options: EngineOptions): Promise<Engine> {
  const { log } = options;
  const { mode } = config.backend;
  requireConfigured(config);
  const prices = await openPrices(config);
  const rateLimits = parseRateLimits(config.rateLimits);
  const backend = await openBackend(config, options.access, log);
  const { store, jobs, blobs, ledger, embeddingCache } = backend;
  const now = () => new Date();
  const writer = createLedgerWriter({ ledger, log });
  const openBill = (to: BillTo) => createBill(to, { writer, now });
  const models = createModels({
    config,
    store,
    shared: createSharedCalls({ state: backend.rateLimits, limits: rateLimits, log }),
    prices,
    log,
    onDownload: options.onDownload ?? (() => {}),
  });
  const pool = createPreparePool(Math.max(1, availableParallelism() - 1));
  const mails = createOpenMails(pool.openMail);
  const embedderOf = fittingEmbedder(models);
  const { tika } = config;
  const converter = tika === null ? null : { ...tika, convert: createTika(tika) };
  const openSite = createSites({ allowedHosts: config.siteHosts });
  const openTable = createTables();

  const ingest: IngestPorts = {
    store,
    queue: jobs.queue,
    queueOutlivesProcess: mode === 'full',
    blobs,
    openSource: (settings) =>
      createSource(settings, {
        roots: config.sourceRoots,
        contents: store.contents,
        s3: config.s3,
        openSite,
        openTable,
        mails,
      }),
    async prepare(raw, { embedder: name, chunking }, signal) {
      const { embedder, tokenizer } = await ofModel(models.load(name));
      const options = { chunking, maxTokens: embedder.maxTokens, tokenizer };
      const prepare = (one: RawDocument) => pool.prepare(one, options, signal);
      return converter === null
        ? await prepare(raw)
        : await prepareConverted(raw, converter, prepare, signal);
    },
    making,
    openBill,
    embedderOf,
    priceOf: async ({ embedder }) => models.embeddingPrice(embedder),
    batchesOf: ({ embedder }) => models.batches(embedder),
    embeddingCache,
    troubles: createTroubles(),
    now,
    log,
  };
  const queries: AnswerPorts = {
    store,
    openBill,
    embedderOf: (corpus, bill) => embedderOf(liveGeneration(corpus), bill),
    sentenceEmbedderOf: (corpus, bill) => models.sentenceEmbedder(liveGeneration(corpus).embedder, bill),
    rerankerOf: models.reranker,
    rerankPlanOf: models.rerankPlan,
    chatModelOf: models.chatModel,
    answerCache: config.answerCacheMs === 0 ? null : createMemoryAnswerCache({ ttlMs: config.answerCacheMs }),
    rerankBudget: createRerankBudget(),
    clock: performance,
    log,
  };
  // Who only looks at a data folder leaves nothing in it.
  const mayRecord = mode === 'full' || options.access.kind === 'write';
  const recorder = mayRecord ? createQueryRecorder({ queryLog: store.queryLog, now, log }) : noQueryRecorder;
  const readAhead = createReadAhead(store);
  const runs = createEngineRuns({ mode, ingest, models, ledger });
  const generations = createEngineGenerations(ingest, models, runs);
  const quality = createEngineQuality({ store, queries, now, log });
  const scheduling: SchedulingPorts = {
    schedules: store.schedules,
    work: createScheduledWork({ ingest, models, runs, generations, quality }),
    post: createPostWebhook({ allowsPrivate: config.webhooks.allowsPrivate }),
    secretOf: (variable) => config.webhooks.secrets.get(variable) ?? null,
    now,
    log,
  };

  function createWorker({ keepsTime = false } = {}): EngineWorker {
    const worker = jobs.createWorker({ handlers: createIngestHandlers(ingest), log });
    const reconciler = createReconciler(ingest, { everyMs: config.reconcileMs });
    const timekeeper = createTimekeeper(scheduling, { leads: reconciler.leads });
    return {
      async start() {
        await worker.start();
        if (mode === 'embedded') await runs.takeUp();
        reconciler.start();
        if (keepsTime) timekeeper.start();
      },
      async close(limits) {
        await Promise.all([timekeeper.stop(), reconciler.stop()]);
        // Said before the jobs end: they leave off where they are.
        if (mode === 'embedded') await stopQuietly();
        await worker.close(limits);
      },
      isAlive: () => worker.isAlive(),
    };
  }

  /** A process that ends must end, also where it cannot say so. */
  async function stopQuietly(): Promise<void> {
    try {
      await runs.stop();
    } catch (thrown) {
      const { code, message } = AppError.from(thrown);
      log.warn({ event: 'runs-not-stopped', code, message });
    }
  }

  const engine: Engine = {
    mode,
    corpora: createEngineCorpora({ ingest, models, sampleText: createSampleText(pool) }),
    sources: createEngineSources(ingest),
    documents: createEngineDocuments(store),
    push: createEnginePush(ingest),
    archives: createEngineArchives({ ingest, models, runs }),
    runs,
    generations,
    inbox: createEngineInbox(ingest, runs),
    doctor: createEngineDoctor(ingest, runs),
    golden: createEngineGolden({ store, now }),
    quality,
    schedules: createEngineSchedules(scheduling, ingest),
    queries: {
      async search(name, request, signal) {
        const { corpus, found } = await readAhead(name, async (corpus) => ({
          corpus,
          found: await search(queries, corpus, request, signal),
        }));
        recorder.record(corpus, { queryId: found.queryId, text: request.query, kind: 'search' });
        return found;
      },
      async *answer(name, request, signal) {
        yield* streamLive(store, name, (corpus) =>
          recordAnswer(recorder, corpus, request.query, answer(queries, corpus, request, signal)),
        );
      },
    },
    discovery: createEngineDiscovery(store),
    models: {
      async warm(name, signal) {
        const { embedder: model } = liveGeneration(await requireWholeCorpus(store, name));
        const { embedder } = await models.load(model);
        // Loading is what takes time, and a remote model has nothing to load.
        if (embedder.location === 'local') await embedder.embed(['warm'], { purpose: 'query', signal });
      },
      requireNameable: (kind, name) => requireNameable(config, kind, name),
      test: (request, signal) => testModel(models, openBill, request, signal),
      pull: (name, signal) => models.pull(name, signal),
    },
    evaluate: (request, signal) => evaluateCorpus(engine, request, signal),
    async costs(query) {
      await writer.settled();
      return await ledger.sum(query);
    },
    createWorker,
    announce: backend.announce,
    async check(signal) {
      await answeredInTime(mode === 'full' ? 'Elasticsearch' : 'the index', store.check(signal), signal);
      await answeredInTime(mode === 'full' ? 'Redis' : 'the queue', jobs.queue.check(signal), signal);
    },
    async close() {
      const parts = [
        ...backend.parts,
        { name: 'bills', close: () => writer.settled() },
        { name: 'recorded queries', close: () => recorder.settled() },
        { name: 'models', close: () => models.close() },
        { name: 'parser processes', close: () => pool.close() },
        // Before anything that may take long. The calls that the closing of the models ends are written down after it.
        { name: 'bills so far', close: () => writer.settled() },
      ];
      await closeInReverse(parts, closePartWithinMs, log);
    },
  };
  return engine;
}

/** The embedder of a generation, whose vectors belong to those that it holds. */
function fittingEmbedder(models: Models) {
  return async (generation: Generation, bill: Bill) => {
    const embedder = await ofModel(models.embedder(generation.embedder, bill));
    requireFitting(generation.physicalName.split('.')[0] ?? '', generation, embedder);
    return embedder;
  };
}

/** A model that is not there is waited for: it is not the documents' fault. */
async function ofModel<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (thrown) {
    throw AppError.from(thrown).attributedTo('model');
  }
}
