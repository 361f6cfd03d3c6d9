import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError, issueWords, shown } from '@winnow/core';
import type { z } from 'zod';
import { type Environment, environmentSchema, secretNames, webhookSecretName } from './environment-schema.ts';

export type ElasticsearchAuth =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'apiKey'; readonly apiKey: string };

/** Which servers are used: none, or both Redis and Elasticsearch. */
export type Backend =
  | { readonly mode: 'embedded' }
  | {
      readonly mode: 'full';
      /** One server, or sentinels and the name they know it by. */
      readonly redisUrl: string;
      /** One node, or several of one cluster, separated by commas. */
      readonly elasticsearchUrl: string;
      readonly elasticsearchAuth: ElasticsearchAuth | null;
      /** Of indexes that are made from now on. */
      readonly shards: number;
    };

/** Where a provider of models is reached. */
export interface ProviderEndpoint {
  readonly apiKey: string | null;
  /** null: the provider itself. */
  readonly baseUrl: string | null;
}

/** `teiRerank`: each server of TEI has one model, so that its reranker is another server. */
export type ProviderName = 'openai' | 'cohere' | 'jina' | 'tei' | 'teiRerank';

export interface JudgeConfig {
  /** null where no chat model is configured either. */
  readonly model: string | null;
  readonly timeoutMs: number;
  readonly maxCalls: number;
  readonly maxTokens: number;
}

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
  readonly providers: Readonly<Record<ProviderName, ProviderEndpoint>>;
  readonly cohereWire: 'v1' | 'v2';
  /** What runs local models, in order. */
  readonly executionProviders: readonly string[];
  /** As it was written: `text-embedding-3-small=3000rpm/1000000tpm`. */
  readonly rateLimits: string;
  /** Absolute path of a file; null for the built-in prices alone. */
  readonly pricesFile: string | null;
  /** Price of an ingest above which a person is asked first. */
  readonly askAboveUsd: number;
  /** null: the default of the backend. */
  readonly embeddingCacheBytes: number | null;
  readonly chatModel: string | null;
  /** 0: answers are not kept. */
  readonly answerCacheMs: number;
  readonly reranker: string;
  /** Whether an ingest keeps token vectors for late interaction, or a query computes them. */
  readonly tokenVectors: 'kept' | 'computed';
  /** Models beside those of the registry and the settings above that requests over HTTP may name. */
  readonly namedModels: readonly string[];
  readonly judge: JudgeConfig;
  readonly rerankTimeoutMs: number;
  readonly webhooks: {
    /** Addresses of this machine, of a private network and of the link may be called. */
    readonly allowsPrivate: boolean;
    /** What messages are signed with, by variable. */
    readonly secrets: ReadonlyMap<string, string>;
  };
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** Names under which the API is reached beside those of this machine. */
    readonly allowedHosts: readonly string[];
    readonly apiKey: string | null;
    /** Addresses and subnets of proxies whose `x-forwarded-for` is believed. */
    readonly trustedProxies: readonly string[];
  };
  readonly healthPort: number | null;
  readonly jobLockMs: number;
  readonly reconcileMs: number;
  readonly sourceRoots: readonly string[];
  /** Where sources that are no folders may lie, of corpora made over HTTP: beginnings of addresses. */
  readonly sourceUrls: readonly string[];
  /** Hosts, as `name` or `name:port`, that sites may be read from though their addresses are private. */
  readonly siteHosts: readonly string[];
  /** Reader of documents of other types; null: none. */
  readonly tika: {
    readonly url: string;
    /** Extensions, without the dot and in small letters, that it reads though Winnow could. */
    readonly preferredFor: ReadonlySet<string>;
  } | null;
  /** How buckets are reached; null: as the SDK would by itself. */
  readonly s3: {
    readonly endpoint: string | null;
    readonly region: string | null;
    readonly pathStyle: boolean;
  };
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent' | null;
}

/**
 * Reads the configuration from environment variables.
 * @param environment usually the environment of the process; only a service's or command's `main.ts` passes that.
 * @throws AppError `invalid_argument` with every problem at once: variable, what was given (secrets left
 *   out) and what is allowed.
 */
export function loadConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = environmentSchema.safeParse(environment, { error: issueWords });
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
    providers: providersOf(values),
    cohereWire: values.CO_WIRE ?? 'v2',
    executionProviders: (values.WINNOW_EXECUTION_PROVIDERS ?? 'cpu').split(','),
    rateLimits: values.WINNOW_RATE_LIMITS ?? '',
    pricesFile: values.WINNOW_PRICES === undefined ? null : resolve(values.WINNOW_PRICES),
    askAboveUsd: values.WINNOW_ASK_ABOVE_USD ?? 1,
    embeddingCacheBytes: bytesOf(values.WINNOW_EMBEDDING_CACHE_MB),
    chatModel: values.WINNOW_CHAT_MODEL ?? null,
    answerCacheMs: (values.WINNOW_ANSWER_CACHE_SECONDS ?? 0) * 1_000,
    reranker: values.WINNOW_RERANKER ?? 'late-interaction',
    tokenVectors: values.WINNOW_TOKEN_VECTORS ?? 'kept',
    namedModels: listOf(values.WINNOW_NAMED_MODELS),
    judge: {
      model: values.WINNOW_JUDGE_MODEL ?? values.WINNOW_CHAT_MODEL ?? null,
      timeoutMs: values.WINNOW_JUDGE_TIMEOUT_MS ?? 20_000,
      maxCalls: values.WINNOW_JUDGE_MAX_CALLS ?? 50,
      maxTokens: values.WINNOW_JUDGE_MAX_TOKENS ?? 100_000,
    },
    rerankTimeoutMs: values.WINNOW_RERANK_TIMEOUT_MS ?? 3_000,
    webhooks: {
      allowsPrivate: values.WINNOW_WEBHOOK_PRIVATE === '1',
      secrets: webhookSecrets(environment),
    },
    http: {
      host: values.WINNOW_HOST ?? '127.0.0.1',
      port: values.WINNOW_PORT ?? 7700,
      allowedHosts: listOf(values.WINNOW_ALLOWED_HOSTS),
      apiKey: values.WINNOW_API_KEY ?? null,
      trustedProxies: listOf(values.WINNOW_TRUSTED_PROXIES),
    },
    healthPort: values.WINNOW_HEALTH_PORT ?? null,
    jobLockMs: values.WINNOW_JOB_LOCK_MS ?? 30_000,
    reconcileMs: values.WINNOW_RECONCILE_MS ?? 30_000,
    sourceRoots: (values.WINNOW_SOURCE_ROOTS ?? '')
      .split(':')
      .filter((path) => path !== '')
      .map((path) => resolve(path)),
    sourceUrls: listOf(values.WINNOW_SOURCE_URLS),
    siteHosts: listOf(values.WINNOW_SITE_HOSTS),
    tika: tikaOf(values),
    s3: {
      endpoint: values.WINNOW_S3_ENDPOINT ?? null,
      region: values.WINNOW_S3_REGION ?? null,
      pathStyle: values.WINNOW_S3_PATH_STYLE === '1',
    },
    logLevel: values.WINNOW_LOG_LEVEL ?? null,
  };
}

function tikaOf({ TIKA_URL: url, WINNOW_TIKA_FOR: preferred }: Environment): Config['tika'] {
  if (url !== undefined) {
    const extensions = listOf(preferred).map((each) => each.replace(/^\./, '').toLowerCase());
    return { url, preferredFor: new Set(extensions) };
  }
  if (preferred === undefined) return null;
  throw new AppError('invalid_argument', 'WINNOW_TIKA_FOR is set but TIKA_URL is not: set both, or neither');
}

function listOf(value: string | undefined): readonly string[] {
  return (value ?? '').split(',').flatMap((part) => part.trim() || []);
}

/** Schedules name their secret: any variable whose name begins so, and no other. */
function webhookSecrets(
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(environment).flatMap(([name, value]) =>
      webhookSecretName.test(name) && value !== undefined && value !== '' ? [[name, value]] : [],
    ),
  );
}

function providersOf(values: Environment): Config['providers'] {
  const endpoint = (apiKey: string | undefined, baseUrl: string | undefined): ProviderEndpoint => ({
    apiKey: apiKey ?? null,
    baseUrl: baseUrl ?? null,
  });
  return {
    openai: endpoint(values.OPENAI_API_KEY, values.OPENAI_BASE_URL),
    cohere: endpoint(values.CO_API_KEY, values.CO_BASE_URL),
    jina: endpoint(values.JINA_API_KEY, values.JINA_BASE_URL),
    tei: endpoint(values.TEI_API_KEY, values.TEI_BASE_URL),
    teiRerank: endpoint(values.TEI_API_KEY, values.TEI_RERANK_BASE_URL ?? values.TEI_BASE_URL),
  };
}

function bytesOf(megabytes: number | undefined): number | null {
  return megabytes === undefined ? null : megabytes * 1024 * 1024;
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
  return {
    mode: 'full',
    redisUrl,
    elasticsearchUrl,
    elasticsearchAuth: authOf(values),
    shards: values.WINNOW_SHARDS ?? 1,
  };
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
    const given = secretNames.has(name) ? '(not shown)' : shown(environment[name]);
    return `${name}=${given}: ${issue.message}`;
  });
  return new AppError('invalid_argument', `configuration: ${lines.join('; ')}`);
}
