import { startElasticsearch } from './elasticsearch.ts';
import { waitForElasticsearch, waitForRedis } from './readiness.ts';
import { startRedis } from './redis.ts';

const givenTimeoutMs = 30_000;

/** The two servers that integration tests share. */
export interface Services {
  readonly redisUrl: string;
  readonly elasticsearchUrl: string;
  /** Ends what was started here; servers given by the environment stay. */
  stop(): Promise<void>;
}

/** One server, started or given. */
interface Service {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Brings up Redis and Elasticsearch: those of REDIS_URL and ELASTICSEARCH_URL where set, else containers
 * where a Docker engine answers, else processes of this machine. Whatever was started ends with the calling
 * process, however that ends.
 *
 * @param options.log told which server is at which address.
 * @param options.isBrief see {@link startElasticsearch}.
 * @throws Error that names what is missing for each way; then nothing is left running.
 */
export async function startServices(options: {
  readonly log: (line: string) => void;
  readonly isBrief?: boolean;
}): Promise<Services> {
  const { REDIS_URL, ELASTICSEARCH_URL } = process.env;
  const started = await Promise.allSettled([
    REDIS_URL ? given('Redis', REDIS_URL, waitForRedis) : startRedis(),
    ELASTICSEARCH_URL
      ? given('Elasticsearch', ELASTICSEARCH_URL, waitForElasticsearch)
      : startElasticsearch({ isBrief: options.isBrief ?? false }),
  ]);
  const [redis, elasticsearch] = started;
  const stop = async () => {
    await Promise.all(started.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)));
  };
  if (redis.status === 'rejected' || elasticsearch.status === 'rejected') {
    await stop();
    const reasons = started.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
    throw new AggregateError(reasons, reasons.map((reason) => reason.message).join('\n'));
  }
  options.log(`redis ${addressOf(redis.value.url)}, elasticsearch ${addressOf(elasticsearch.value.url)}`);
  return { redisUrl: redis.value.url, elasticsearchUrl: elasticsearch.value.url, stop };
}

async function given(
  name: string,
  url: string,
  wait: (url: string, signal: AbortSignal) => Promise<void>,
): Promise<Service> {
  await wait(url, AbortSignal.timeout(givenTimeoutMs)).catch((cause: unknown) => {
    throw new Error(`${name} at ${addressOf(url)} does not answer`, { cause });
  });
  return { url, stop: async () => {} };
}

function addressOf(url: string): string {
  return new URL(url).host;
}
