import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uniquePrefix } from '@winnow/testkit';
import { startElasticsearch } from '../../../infra/dev/elasticsearch.ts';
import { type HttpProxy, startHttpProxy } from '../../../infra/dev/http-proxy.ts';
import { startRedis } from '../../../infra/dev/redis.ts';
import type { RunningServer } from '../../../infra/dev/running-server.ts';
import { startTcpProxy, type TcpProxy } from '../../../infra/dev/tcp-proxy.ts';
import { createApi } from './api.ts';
import { type Closers, createClosers } from './closers.ts';
import { commandRedis } from './command-redis.ts';
import { createCorpus, openObserver } from './corpus.ts';
import { createElasticsearchAdmin, type ElasticsearchAdmin } from './elasticsearch-admin.ts';
import { startProvider } from './provider.ts';
import type { Scene } from './scene.ts';
import { createSlot, type Slot } from './slot.ts';

/** A query service and workers, over a Redis of their own and an Elasticsearch, each behind a link. */
export interface FullScene extends Scene {
  readonly backend: 'full';
  readonly redis: RunningServer;
  /** Where Redis keeps its append-only file. */
  readonly redisFolder: string;
  readonly redisLink: TcpProxy;
  /** Before Elasticsearch. */
  readonly elasticsearchLink: HttpProxy;
  readonly elasticsearch: ElasticsearchAdmin;
  /** Workers that are there to be started. */
  readonly spareWorkers: readonly Slot[];
  /** The server, where it is the scene's own. */
  readonly ownElasticsearch: RunningServer | null;
}

export interface FullSceneOptions {
  /** A shared Elasticsearch; left out: one of the scene's own, which can be killed. */
  readonly elasticsearchUrl?: string;
  readonly perCallMs?: number;
  readonly workers?: number;
  /** More of them, which nobody starts. */
  readonly spareWorkers?: number;
}

/** A silent worker loses its jobs after this. */
const jobLockMs = 3_000;

export async function openFullScene(options: FullSceneOptions = {}): Promise<FullScene> {
  const closers = createClosers();
  try {
    return await open(options, closers);
  } catch (thrown) {
    await closers.closeAll();
    throw thrown;
  }
}

async function open(options: FullSceneOptions, closers: Closers): Promise<FullScene> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-faults-'));
  closers.add(() => rm(folder, { recursive: true, force: true }));
  const redisFolder = join(folder, 'redis');
  await mkdir(redisFolder);
  const redis = await startRedis({ appendOnly: true, asProcess: true, settings: { dir: redisFolder } });
  closers.add(() => redis.stop());
  const redisLink = await startTcpProxy({ port: redis.port });
  closers.add(() => redisLink.close());
  const ownElasticsearch =
    options.elasticsearchUrl === undefined ? await startElasticsearch({ heapMb: 512, isBrief: true }) : null;
  if (ownElasticsearch !== null) closers.add(() => ownElasticsearch.stop());
  const elasticsearchUrl = options.elasticsearchUrl ?? ownElasticsearch?.url ?? '';
  const prefix = uniquePrefix();
  const elasticsearch = createElasticsearchAdmin(elasticsearchUrl, prefix);
  if (ownElasticsearch === null) closers.add(() => elasticsearch.removeAll());
  const elasticsearchLink = await startHttpProxy(elasticsearchUrl);
  closers.add(() => elasticsearchLink.close());
  const provider = await startProvider(options);
  closers.add(() => provider.close());

  const common = {
    OPENAI_BASE_URL: provider.baseUrl,
    WINNOW_NAMED_MODELS: [provider.model, provider.otherModel].join(),
    WINNOW_PREFIX: prefix,
    WINNOW_JOB_LOCK_MS: String(jobLockMs),
    WINNOW_RECONCILE_MS: '1000',
    WINNOW_RERANKER: 'none',
    WINNOW_PORT: '0',
  };
  const direct = { ...common, REDIS_URL: redis.url, ELASTICSEARCH_URL: elasticsearchUrl };
  const environment = {
    ...common,
    REDIS_URL: `redis://127.0.0.1:${redisLink.port}`,
    ELASTICSEARCH_URL: elasticsearchLink.url,
  };
  const crashes: string[] = [];
  const slotOf = (
    name: string,
    script: string,
    words: readonly string[],
    ready: 'greeting' | 'log',
  ): Slot => {
    const onCrash = (message: string) => crashes.push(message);
    const slot = createSlot({ name, script, words, environment, ready, onCrash });
    closers.add(() => (slot.programs.length > 0 ? slot.kill() : undefined));
    return slot;
  };
  const serving = slotOf('winnow query', 'services/cli/src/main.ts', ['query'], 'greeting');
  const workersOf = (kind: string, count: number) =>
    Array.from({ length: count }, (_, at) =>
      slotOf(`${kind} ${at + 1}`, 'services/worker/src/main.ts', [], 'log'),
    );
  const workers = workersOf('worker', options.workers ?? 1);
  const spareWorkers = workersOf('spare worker', options.spareWorkers ?? 0);
  const observer = await openObserver(direct);
  closers.add(() => observer.close());
  return {
    backend: 'full',
    environment,
    folder,
    provider,
    serving,
    workers,
    spareWorkers,
    api: createApi(() => serving.address),
    crashes,
    observer,
    redis,
    redisFolder,
    redisLink,
    elasticsearchLink,
    elasticsearch,
    ownElasticsearch,
    createCorpus: (corpus) => createCorpus(direct, corpus, provider.model),
    async queueBytes() {
      const info = await commandRedis(redis, 'INFO', 'memory');
      return Number(/^used_memory_dataset:(\d+)/m.exec(info)?.[1] ?? Number.NaN);
    },
    async places() {
      const names = (await elasticsearch.indexes()).map((index) => index.slice(prefix.length + 1));
      const places = names.flatMap((name) => /^(.*)\.(?:chunks|manifest)$/.exec(name)?.[1] ?? []);
      return [...new Set(places)];
    },
    async start() {
      await Promise.all([serving, ...workers].map((slot) => slot.start()));
    },
    close: closers.closeAll,
  };
}
