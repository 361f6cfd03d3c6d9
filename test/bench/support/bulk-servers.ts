import { Redis } from 'ioredis';
import { startElasticsearch } from '../../../infra/dev/elasticsearch.ts';
import { startRedis } from '../../../infra/dev/redis.ts';

/** The servers of full mode. */
export interface BulkServers {
  readonly redisUrl: string;
  readonly elasticsearchUrl: string;
  /** Ends those that were started here. */
  stop(): Promise<void>;
}

/** What Elasticsearch did for one kind of index, all generations together. */
export interface IndexFigures {
  readonly chunks: IndexWork;
  readonly manifest: IndexWork;
}

interface IndexWork {
  /** Whoever asked for them, the server's own included. */
  readonly refreshes: number;
  readonly segments: number;
}

const redisPollMs = 1_000;

/** Those of REDIS_URL and ELASTICSEARCH_URL; where one is not set, a server of one's own. */
export async function openBulkServers(): Promise<BulkServers> {
  const { REDIS_URL, ELASTICSEARCH_URL } = process.env;
  const redis = REDIS_URL === undefined ? await startRedis() : null;
  const elasticsearch = ELASTICSEARCH_URL === undefined ? await startElasticsearch() : null;
  return {
    redisUrl: redis?.url ?? REDIS_URL ?? '',
    elasticsearchUrl: elasticsearch?.url ?? ELASTICSEARCH_URL ?? '',
    async stop() {
      await redis?.stop();
      await elasticsearch?.stop();
    },
  };
}

/** Reads the counters of an installation's indexes; they begin anew with each index. */
export async function indexFigures(elasticsearchUrl: string, prefix: string): Promise<IndexFigures> {
  const answer = await request(elasticsearchUrl, 'GET', `/${prefix}.*/_stats/refresh,segments`);
  const indices: Readonly<Record<string, IndexStats>> = answer.indices;
  const workOf = (kind: string): IndexWork => {
    const stats = Object.entries(indices).flatMap(([name, { total }]) =>
      name.endsWith(kind) ? [total] : [],
    );
    return {
      refreshes: stats.reduce((sum, { refresh }) => sum + refresh.total, 0),
      segments: stats.reduce((sum, { segments }) => sum + segments.count, 0),
    };
  };
  return { chunks: workOf('.chunks'), manifest: workOf('.manifest') };
}

interface IndexStats {
  readonly total: {
    readonly refresh: { readonly total: number };
    readonly segments: { readonly count: number };
  };
}

/** Looks at Redis' memory every second. Others who use the same server are counted too. */
export async function watchRedis(redisUrl: string): Promise<{ stop(): Promise<number> }> {
  const redis = new Redis(redisUrl);
  const start = await usedMemory(redis);
  let peak = start;
  const look = async () => {
    peak = Math.max(peak, await usedMemory(redis));
  };
  const timer = setInterval(look, redisPollMs).unref();
  return {
    async stop() {
      clearInterval(timer);
      await redis.quit();
      return peak - start;
    },
  };
}

async function usedMemory(redis: Redis): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1] ?? 0);
}

/** Removes the indexes and keys that begin with a prefix, and nothing else. */
export async function removePrefix(servers: BulkServers, prefix: string): Promise<void> {
  const names = Object.keys(await request(servers.elasticsearchUrl, 'GET', `/${prefix}.*`));
  if (names.length > 0) await request(servers.elasticsearchUrl, 'DELETE', `/${names.join(',')}`);
  const redis = new Redis(servers.redisUrl);
  for await (const keys of redis.scanStream({ match: `${prefix}:*`, count: 1_000 })) {
    if (keys.length > 0) await redis.unlink(keys);
  }
  await redis.quit();
}

async function request(elasticsearchUrl: string, method: string, path: string) {
  const response = await fetch(new URL(path, elasticsearchUrl), { method });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return JSON.parse(await response.text());
}
