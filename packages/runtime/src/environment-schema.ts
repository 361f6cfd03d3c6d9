import { isIP } from 'node:net';
import { z } from 'zod';

const url = (protocols: RegExp, example: string) =>
  z.url({ protocol: protocols, error: `must be a URL such as ${example}` });
/** One or several of a kind, where a plain URL has one address only. */
const addresses = (pattern: RegExp, example: string) => z.string().regex(pattern, `must be ${example}`);
const integer = (minimum: number, maximum: number) =>
  z.coerce.number().pipe(z.int().min(minimum).max(maximum));
/** Set but empty is the same as not set, as compose files write it. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());
/** A name of a machine, or an address; nothing with a scheme, a port or a path. Between two commas may be nothing. */
const isHostName = (text: string): boolean =>
  /^(?:[\p{L}\p{N}_.-]*|\[[0-9a-f:.]+\])$/iu.test(text.trim()) || isIP(text.trim()) !== 0;
/** An address, or one with the length of its prefix; not everything, which would believe anybody. */
const isNetwork = (text: string): boolean => {
  const [address = '', prefix, ...rest] = text.trim().split('/');
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  const isPrefix = prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= bits);
  return bits > 0 && isPrefix && rest.length === 0;
};
const secret = (meaning: string) => optional(z.string()).describe(meaning);
const endpoint = (example: string, meaning: string) =>
  optional(url(/^https?$/, example)).describe(`${meaning} Default: the provider itself.`);

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
  WINNOW_EXECUTION_PROVIDERS: optional(
    z.string().regex(/^[a-z]+(,[a-z]+)*$/, 'must be names separated by commas'),
  ).describe('What runs local models, in order: `cuda,cpu`, `coreml,cpu`. Default `cpu`.'),
  HF_ENDPOINT: optional(url(/^https?$/, 'https://hub.example.com')).describe(
    'Address of the model hub or of a mirror. Default: the public hub.',
  ),
  REDIS_URL: optional(
    addresses(
      /^(?:rediss?:\/\/(?:[^\s/@]*@)?[^\s,/@]+(?:\/\S*)?|rediss?\+sentinel:\/\/[^\s/]+\/\S+)$/,
      'a URL such as redis://127.0.0.1:6379, or redis+sentinel://host:26379,host:26379/NAME',
    ),
  ).describe(
    'Redis for the job queues: `redis://host:6379`, `rediss://` for TLS, or `redis+sentinel://host:26379,host:26379/NAME`. With ELASTICSEARCH_URL it switches to full mode.',
  ),
  ELASTICSEARCH_URL: optional(
    addresses(
      /^https?:\/\/[^\s,]+(?:\s*,\s*https?:\/\/[^\s,]+)*$/,
      'a URL such as http://127.0.0.1:9200, or several of one cluster, separated by commas',
    ),
  ).describe(
    'Elasticsearch 9 for index and manifest; several nodes of one cluster are separated by commas. With REDIS_URL it switches to full mode.',
  ),
  ELASTICSEARCH_USERNAME: optional(z.string()).describe('Basic authentication, with ELASTICSEARCH_PASSWORD.'),
  ELASTICSEARCH_PASSWORD: optional(z.string()).describe('Secret.'),
  ELASTICSEARCH_API_KEY: optional(z.string()).describe('Secret. Instead of user name and password.'),
  WINNOW_PREFIX: optional(
    z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be a letter, then up to 31 of a-z 0-9 -'),
  ).describe(
    'Start of every index name and queue key, so that installations can share servers. Default `winnow`.',
  ),
  WINNOW_SHARDS: optional(integer(1, 1_000)).describe(
    'Shards of the Elasticsearch indexes that are made from now on; those that are there keep theirs. Default 1.',
  ),
  OPENAI_API_KEY: secret('Secret. For OpenAI, or the gateway that OPENAI_BASE_URL names.'),
  OPENAI_BASE_URL: endpoint('http://127.0.0.1:8000/v1', 'An OpenAI-compatible endpoint, with its version.'),
  CO_API_KEY: secret('Secret. For Cohere, or the server that CO_BASE_URL names.'),
  CO_BASE_URL: endpoint('http://127.0.0.1:8000', 'A server that speaks Cohere’s API, without its version.'),
  CO_WIRE: optional(z.enum(['v1', 'v2'])).describe(
    'Version of Cohere’s rerank API that the server speaks: `v2`, or `v1` for some compatible ones. Default `v2`.',
  ),
  JINA_API_KEY: secret('Secret. For Jina, or the server that JINA_BASE_URL names.'),
  JINA_BASE_URL: endpoint('http://127.0.0.1:8000/v1', 'A server that speaks Jina’s API, with its version.'),
  TEI_API_KEY: secret('Secret. For the server that TEI_BASE_URL names, where it asks for a key.'),
  TEI_BASE_URL: optional(url(/^https?$/, 'http://127.0.0.1:8080')).describe(
    'A text-embeddings-inference server, for models named `tei:NAME`.',
  ),
  TEI_RERANK_BASE_URL: optional(url(/^https?$/, 'http://127.0.0.1:8081')).describe(
    'Another such server for rerankers, as each serves one model. Default: TEI_BASE_URL.',
  ),
  WINNOW_RATE_LIMITS: optional(z.string()).describe(
    'What you may use a minute, by model or provider: `text-embedding-3-small=3000rpm/1000000tpm,cohere=100rpm`. Default: what the provider says.',
  ),
  WINNOW_PRICES: optional(z.string()).describe(
    'JSON file with prices by model, which win over the built-in list; see the guide on cost control.',
  ),
  WINNOW_ASK_ABOVE_USD: optional(z.coerce.number().pipe(z.number().min(0))).describe(
    'In a terminal, `winnow ingest` shows what it would cost and asks, where that is more US dollars than this. Default 1.',
  ),
  WINNOW_EMBEDDING_CACHE_MB: optional(integer(1, 1_000_000)).describe(
    'Bound of the cache of vectors from remote models. Default 1024 on one machine, 8192 in Elasticsearch.',
  ),
  WINNOW_CHAT_MODEL: optional(z.string()).describe(
    'Chat model that writes answers. Default: none, answers are sentences quoted from the sources.',
  ),
  WINNOW_ANSWER_CACHE_SECONDS: optional(integer(0, 604_800)).describe(
    'How long an answer is given again to a question that means the same. Default 0: never.',
  ),
  WINNOW_RERANKER: optional(z.string()).describe(
    'Reranker used where a request names none. Default `late-interaction`; `none` turns reranking off.',
  ),
  WINNOW_TOKEN_VECTORS: optional(z.enum(['kept', 'computed'])).describe(
    'Default `kept`: an ingest keeps token vectors with each chunk, at most 3 KB, and `late-interaction` reads them. `computed`: it computes them for every query, which is slower and ranks alike.',
  ),
  WINNOW_NAMED_MODELS: optional(z.string()).describe(
    'Models that requests over HTTP may name beside those that `winnow models` lists and those that are set here, separated by `,`.',
  ),
  WINNOW_RERANK_TIMEOUT_MS: optional(integer(10, 600_000)).describe(
    'A reranker that takes longer is left out, and the response says so. Default 3000.',
  ),
  WINNOW_JUDGE_MODEL: optional(z.string()).describe(
    'Chat model behind the reranker `judge`. Default: WINNOW_CHAT_MODEL.',
  ),
  WINNOW_JUDGE_TIMEOUT_MS: optional(integer(100, 600_000)).describe(
    'A judge that takes longer is cut short, and the rest is ranked by the next best reranker. Default 20000.',
  ),
  WINNOW_JUDGE_MAX_CALLS: optional(integer(1, 10_000)).describe(
    'Calls of the judge for one search at most. Default 50.',
  ),
  WINNOW_JUDGE_MAX_TOKENS: optional(integer(1_000, 10_000_000)).describe(
    'Tokens of the judge for one search at most, in and out. Default 100000.',
  ),
  WINNOW_WEBHOOK_PRIVATE: optional(z.enum(['0', '1'])).describe(
    'With 1, webhooks of schedules may call private addresses and this machine. Default 0: public ones only.',
  ),
  WINNOW_HOST: optional(z.string()).describe('Address the query API listens on. Default `127.0.0.1`.'),
  WINNOW_PORT: optional(integer(0, 65_535)).describe(
    'Port of the query API; 0 takes a free one. Default 7700.',
  ),
  WINNOW_API_KEY: optional(z.string().min(16)).describe(
    'What every request but health checks must bring as `authorization: Bearer …`: 16 characters or more. Without it, the API listens on the loopback address only.',
  ),
  WINNOW_ALLOWED_HOSTS: optional(
    z
      .string()
      .refine((value) => value.split(',').every(isHostName), 'must be names: search.example.com,winnow'),
  ).describe(
    'Names under which the API is reached, separated by `,`; requests under another name, and from pages of another, are refused. `localhost`, addresses and WINNOW_HOST always count.',
  ),
  WINNOW_TRUSTED_PROXIES: optional(
    z
      .string()
      .refine(
        (value) => value.split(',').every(isNetwork),
        'must be IP addresses or subnets: 10.0.0.0/8,::1',
      ),
  ).describe(
    'Addresses and subnets of proxies, separated by `,`: requests that come from them count for the address in their `x-forwarded-for`. Default: none is believed.',
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
  WINNOW_SOURCE_URLS: optional(z.string()).describe(
    'Beginnings of addresses that corpora made through the API may read, separated by commas: `s3://bucket/docs/,postgres://db.example.com/wiki/,https://docs.example.com/`. Default: none. The command line may read any.',
  ),
  WINNOW_SITE_HOSTS: optional(
    z
      .string()
      .refine(
        (value) => value.split(',').every((each) => isHostName(each.replace(/:\d{1,5}\s*$/, ''))),
        'must be names, or names with ports: wiki.example.com,docs:8080',
      ),
  ).describe(
    'Hosts, as `name` or `name:port` separated by commas, that sites may be read from though their addresses are private, such as an intranet’s. Default: none.',
  ),
  TIKA_URL: optional(url(/^https?$/, 'http://127.0.0.1:9998')).describe(
    'An Apache Tika server, which reads documents of all types that Winnow does not. It gets them whole. Default: none, they go to the inbox.',
  ),
  WINNOW_TIKA_FOR: optional(z.string()).describe(
    'Extensions, separated by commas, of documents that Tika reads though Winnow could: `pdf,docx`. Default: none.',
  ),
  WINNOW_S3_ENDPOINT: optional(z.url({ protocol: /^https?$/ })).describe(
    'Address of the server for `s3://` sources. Default: Amazon’s, or what the AWS SDK is configured for; credentials always come the SDK’s own way.',
  ),
  WINNOW_S3_REGION: optional(z.string()).describe(
    'Region of the buckets. Default: as the AWS SDK is configured; `us-east-1` with WINNOW_S3_ENDPOINT.',
  ),
  WINNOW_S3_PATH_STYLE: optional(z.enum(['0', '1'])).describe(
    '`1`: the bucket stands in the path instead of the host name, as most servers besides Amazon’s want it.',
  ),
  WINNOW_LOG_LEVEL: optional(z.enum(['debug', 'info', 'warn', 'error', 'silent'])).describe(
    'Lines on standard error, as JSON. Default `info` for services, `silent` for commands.',
  ),
});

export type Environment = z.output<typeof environmentSchema>;

/** Of the webhooks of schedules, which name their variable. */
export const webhookSecretName = /^WINNOW_WEBHOOK_SECRET(_|$)/;

/** Variables that look like ours and are none: most of them are misspelt. */
export function unknownVariables(
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  return Object.keys(environment).filter(
    (name) =>
      name.startsWith('WINNOW_') && !(name in environmentSchema.shape) && !webhookSecretName.test(name),
  );
}

/** Values that must never be printed. */
export const secretNames: ReadonlySet<string> = new Set([
  'ELASTICSEARCH_PASSWORD',
  'ELASTICSEARCH_API_KEY',
  'OPENAI_API_KEY',
  'CO_API_KEY',
  'JINA_API_KEY',
  'TEI_API_KEY',
  'WINNOW_API_KEY',
  'REDIS_URL',
  'ELASTICSEARCH_URL',
]);
