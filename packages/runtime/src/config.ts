import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from '@winnow/core';
import { z } from 'zod';

const url = (protocols: RegExp, example: string) =>
  z.url({ protocol: protocols, error: `must be a URL such as ${example}` });
const integer = (minimum: number, maximum: number) =>
  z.coerce.number().pipe(z.int().min(minimum).max(maximum));
/** Set but empty is the same as not set, as compose files write it. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

/**
 * Every variable that Winnow reads, with its meaning. `docs/configuration.md` lists the same ones: a test
 * compares them.
 */
export const environmentSchema = z.object({
  WINNOW_DATA_DIR: optional(z.string()).describe(
    'Folder of the embedded index and the settings. Default `.winnow` in the current folder.',
  ),
  WINNOW_CACHE_DIR: optional(z.string()).describe(
    'Where downloads are kept: models, and servers for tests. Default `~/.cache/winnow`.',
  ),
  WINNOW_MODELS_DIR: optional(z.string()).describe(
    'Folder with model files, looked into before anything is downloaded.',
  ),
  WINNOW_THREADS: optional(integer(1, 256)).describe(
    'Threads of one local model. Default: the number of cores.',
  ),
  HF_ENDPOINT: optional(url(/^https?$/, 'https://hub.example.com')).describe(
    'Address of the model hub or of a mirror. Default: the public hub.',
  ),
  REDIS_URL: optional(url(/^rediss?$/, 'redis://127.0.0.1:6379')).describe(
    'Redis for the job queues. With ELASTICSEARCH_URL it switches to full mode.',
  ),
  ELASTICSEARCH_URL: optional(url(/^https?$/, 'http://127.0.0.1:9200')).describe(
    'Elasticsearch 9 for index and manifest. With REDIS_URL it switches to full mode.',
  ),
  ELASTICSEARCH_USERNAME: optional(z.string()).describe('Basic authentication, with ELASTICSEARCH_PASSWORD.'),
  ELASTICSEARCH_PASSWORD: optional(z.string()).describe('Secret.'),
  ELASTICSEARCH_API_KEY: optional(z.string()).describe('Secret. Instead of user name and password.'),
  WINNOW_PREFIX: optional(
    z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be a letter, then up to 31 of a-z 0-9 -'),
  ).describe(
    'Start of every index name and queue key, so that installations can share servers. Default `winnow`.',
  ),
  OPENAI_API_KEY: optional(z.string()).describe(
    'Secret. For embedders named `openai:MODEL` and for WINNOW_CHAT_MODEL.',
  ),
  OPENAI_BASE_URL: optional(url(/^https?$/, 'http://127.0.0.1:8000/v1')).describe(
    'An OpenAI-compatible endpoint. Default: the provider itself.',
  ),
  WINNOW_CHAT_MODEL: optional(z.string()).describe(
    'Chat model that writes answers. Default: none, answers are sentences quoted from the sources.',
  ),
  WINNOW_RERANKER: optional(z.string()).describe(
    'Reranker used where a request names none. Default `late-interaction`; `none` turns reranking off.',
  ),
  WINNOW_RERANK_TIMEOUT_MS: optional(integer(10, 600_000)).describe(
    'A reranker that takes longer is left out, and the response says so. Default 3000.',
  ),
  WINNOW_HOST: optional(z.string()).describe('Address the query API listens on. Default `127.0.0.1`.'),
  WINNOW_PORT: optional(integer(0, 65_535)).describe(
    'Port of the query API; 0 takes a free one. Default 7700.',
  ),
  WINNOW_HEALTH_PORT: optional(integer(0, 65_535)).describe(
    'Port on which a worker answers health checks. Default: none.',
  ),
  WINNOW_JOB_LOCK_MS: optional(integer(1_000, 600_000)).describe(
    'A worker that is silent this long loses its job to another. Default 30000.',
  ),
  WINNOW_RECONCILE_MS: optional(integer(500, 600_000)).describe(
    'How often a worker looks for work that the queue has lost. Default 30000.',
  ),
  WINNOW_SOURCE_ROOTS: optional(z.string()).describe(
    'Folders that corpora made through the API may read, separated by `:`. Default: none. The command line may read any.',
  ),
  WINNOW_LOG_LEVEL: optional(z.enum(['debug', 'info', 'warn', 'error', 'silent'])).describe(
    'Lines on standard error, as JSON. Default `info` for services, `warn` for commands.',
  ),
});

type Environment = z.output<typeof environmentSchema>;

/** Values that must never be printed. */
const secretNames: ReadonlySet<string> = new Set([
  'ELASTICSEARCH_PASSWORD',
  'ELASTICSEARCH_API_KEY',
  'OPENAI_API_KEY',
  'REDIS_URL',
  'ELASTICSEARCH_URL',
]);

export type ElasticsearchAuth =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'apiKey'; readonly apiKey: string };

/** Which servers are used: none, or both Redis and Elasticsearch. */
export type Backend =
  | { readonly mode: 'embedded' }
  | {
      readonly mode: 'full';
      readonly redisUrl: string;
      readonly elasticsearchUrl: string;
      readonly elasticsearchAuth: ElasticsearchAuth | null;
    };

export interface Config {
  readonly backend: Backend;
  /** Absolute. */
  readonly dataDir: string;
  readonly cacheDir: string;
  readonly modelsDir: string | null;
  /** null: as many as the machine has cores. */
  readonly threads: number | null;
  readonly hubEndpoint: string | null;
  readonly prefix: string;
  readonly openai: { readonly apiKey: string | null; readonly baseUrl: string | null };
  readonly chatModel: string | null;
  readonly reranker: string;
  readonly rerankTimeoutMs: number;
  readonly http: { readonly host: string; readonly port: number };
  readonly healthPort: number | null;
  readonly jobLockMs: number;
  readonly reconcileMs: number;
  readonly sourceRoots: readonly string[];
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent' | null;
}

/**
 * Reads the configuration from environment variables.
 * @param environment usually the environment of the process; only a service's or command's `main.ts` passes that.
 * @throws AppError `invalid_argument` with every problem at once: variable, what was given (secrets left
 *   out) and what is allowed.
 */
export function loadConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) throw invalidEnvironment(parsed.error.issues, environment);
  const values = parsed.data;
  return {
    backend: backendOf(values),
    dataDir: resolve(values.WINNOW_DATA_DIR ?? '.winnow'),
    cacheDir: resolve(values.WINNOW_CACHE_DIR ?? join(homedir(), '.cache', 'winnow')),
    modelsDir: values.WINNOW_MODELS_DIR === undefined ? null : resolve(values.WINNOW_MODELS_DIR),
    threads: values.WINNOW_THREADS ?? null,
    hubEndpoint: values.HF_ENDPOINT ?? null,
    prefix: values.WINNOW_PREFIX ?? 'winnow',
    openai: { apiKey: values.OPENAI_API_KEY ?? null, baseUrl: values.OPENAI_BASE_URL ?? null },
    chatModel: values.WINNOW_CHAT_MODEL ?? null,
    reranker: values.WINNOW_RERANKER ?? 'late-interaction',
    rerankTimeoutMs: values.WINNOW_RERANK_TIMEOUT_MS ?? 3_000,
    http: { host: values.WINNOW_HOST ?? '127.0.0.1', port: values.WINNOW_PORT ?? 7700 },
    healthPort: values.WINNOW_HEALTH_PORT ?? null,
    jobLockMs: values.WINNOW_JOB_LOCK_MS ?? 30_000,
    reconcileMs: values.WINNOW_RECONCILE_MS ?? 30_000,
    sourceRoots: (values.WINNOW_SOURCE_ROOTS ?? '')
      .split(':')
      .filter((path) => path !== '')
      .map((path) => resolve(path)),
    logLevel: values.WINNOW_LOG_LEVEL ?? null,
  };
}

function backendOf(values: Environment): Backend {
  const { REDIS_URL: redisUrl, ELASTICSEARCH_URL: elasticsearchUrl } = values;
  if (redisUrl === undefined && elasticsearchUrl === undefined) return { mode: 'embedded' };
  if (redisUrl === undefined || elasticsearchUrl === undefined) {
    const [given, missing] =
      redisUrl === undefined ? ['ELASTICSEARCH_URL', 'REDIS_URL'] : ['REDIS_URL', 'ELASTICSEARCH_URL'];
    throw new AppError(
      'invalid_argument',
      `${given} is set but ${missing} is not: set both for full mode, or neither for the embedded index`,
    );
  }
  return { mode: 'full', redisUrl, elasticsearchUrl, elasticsearchAuth: authOf(values) };
}

function authOf(values: Environment): ElasticsearchAuth | null {
  const { ELASTICSEARCH_USERNAME: username, ELASTICSEARCH_PASSWORD: password } = values;
  if (values.ELASTICSEARCH_API_KEY !== undefined) {
    return { kind: 'apiKey', apiKey: values.ELASTICSEARCH_API_KEY };
  }
  if (username === undefined && password === undefined) return null;
  if (username === undefined || password === undefined) {
    throw new AppError(
      'invalid_argument',
      'ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD go together: set both or neither',
    );
  }
  return { kind: 'basic', username, password };
}

function invalidEnvironment(
  issues: readonly z.core.$ZodIssue[],
  environment: Readonly<Record<string, string | undefined>>,
): AppError {
  const lines = issues.map((issue) => {
    const name = String(issue.path[0]);
    const given = secretNames.has(name) ? '(not shown)' : JSON.stringify(environment[name]);
    return `${name}=${given}: ${issue.message}`;
  });
  return new AppError('invalid_argument', `configuration: ${lines.join('; ')}`);
}
