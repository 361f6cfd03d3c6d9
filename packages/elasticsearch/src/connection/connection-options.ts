import type { ClientOptions } from '@elastic/elasticsearch';
import { indexError } from './index-error.ts';

export type ElasticsearchAuth =
  | { readonly username: string; readonly password: string }
  | { readonly apiKey: string };

export interface ConnectionOptions {
  /**
   * `http` or `https`; several nodes of one cluster are separated by commas, and requests go to those that answer.
   * Credentials may stand in it, the same for all nodes.
   */
  readonly url: string;
  readonly auth?: ElasticsearchAuth;
  /** Longest wait for one request, in milliseconds. Keep it below half the lock of the job that asks. */
  readonly requestTimeoutMs: number;
}

/** What the client is made with. */
export interface ReadOptions {
  readonly clientOptions: ClientOptions;
  /** Where the nodes are, without credentials. */
  readonly address: string;
  readonly nodes: number;
}

/** @throws AppError `invalid_argument` if a URL is none, or nodes are given different credentials. */
export function readConnectionOptions({ url, auth }: Pick<ConnectionOptions, 'url' | 'auth'>): ReadOptions {
  const nodes = url.split(',').map((each) => nodeOf(each.trim()));
  const credentials = new Map(
    nodes.flatMap((node) =>
      node.auth === null ? [] : [[`${node.auth.username}\0${node.auth.password}`, node.auth] as const],
    ),
  );
  if (credentials.size > 1) {
    throw indexError(
      'invalid_argument',
      'the nodes of one Elasticsearch cluster must have the same credentials',
    );
  }
  const [fromUrl] = credentials.values();
  const used = auth ?? fromUrl;
  return {
    address: nodes.map(({ href }) => href.replace(/\/$/, '')).join(', '),
    nodes: nodes.length,
    clientOptions: {
      nodes: nodes.map(({ href }) => href),
      ...(used !== undefined && { auth: used }),
      redaction: { type: 'replace' },
      enableMetaHeader: false,
    },
  };
}

/** The URL without credentials, and what stood in it. */
function nodeOf(text: string): { readonly href: string; readonly auth: UserAndPassword | null } {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw indexError('invalid_argument', 'the Elasticsearch URL must be like http://host:9200');
  }
  const auth =
    url.username === ''
      ? null
      : { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  url.username = '';
  url.password = '';
  return { href: url.href, auth };
}

interface UserAndPassword {
  readonly username: string;
  readonly password: string;
}
