import { Client, type ClientOptions } from '@elastic/elasticsearch';
import { AppError } from '@winnow/core';
import { toAppError } from './errors.ts';
import { assertVersions } from './server-version.ts';

export type ElasticsearchAuth =
  | { readonly username: string; readonly password: string }
  | { readonly apiKey: string };

export interface ConnectionOptions {
  /** `http` or `https`; credentials may stand in it. */
  readonly url: string;
  readonly auth?: ElasticsearchAuth;
  /** Longest wait for one request, in milliseconds. Keep it below half the lock of the job that asks. */
  readonly requestTimeoutMs: number;
}

/** What every request is sent with. */
interface RequestOptions {
  readonly signal: AbortSignal;
  readonly requestTimeout: number;
  readonly maxRetries: number;
}

/**
 * One request. Reads are sent once more by the client where the connection broke or a proxy answered
 * 502–504 (a kept-alive socket may be dead); with the queue's 5 attempts that makes 10. Writes are not.
 */
type Request<T> = (client: Client, options: RequestOptions) => Promise<T>;

/** The client with what each request needs: version check, deadline, cancellation, our errors. */
export interface Connection {
  /** Where the server is, without credentials. */
  readonly address: string;
  read<T>(request: Request<T>, signal?: AbortSignal): Promise<T>;
  write<T>(request: Request<T>, signal?: AbortSignal): Promise<T>;
  /** Sends a request and leaves what the client throws as it is, for callers that tell faults apart. */
  raw<T>(request: Request<T>, signal?: AbortSignal): Promise<T>;
  /**
   * Asks the server for its version.
   * @throws AppError `failed_precondition` if it is too old or of another major, `unavailable` if nobody answers.
   */
  check(signal?: AbortSignal): Promise<void>;
  /** True once it was closed: nothing sent again will get through. */
  readonly closed: boolean;
  close(): Promise<void>;
}

/** Connects with the first request; constructing it does no I/O. */
export function createConnection(options: ConnectionOptions): Connection {
  const { clientOptions, address } = readOptions(options);
  const client = new Client(clientOptions);
  const closing = new AbortController();
  let checked: Promise<void> | null = null;

  async function send<T>(request: Request<T>, maxRetries: number, signal?: AbortSignal): Promise<T> {
    if (closing.signal.aborted) throw closing.signal.reason;
    const either = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
    either.throwIfAborted();
    return await request(client, { signal: either, requestTimeout: options.requestTimeoutMs, maxRetries });
  }

  async function translated<T>(request: Request<T>, maxRetries: number, signal?: AbortSignal): Promise<T> {
    try {
      return await send(request, maxRetries, signal);
    } catch (thrown) {
      throw toAppError(thrown, address, closing.signal.aborted ? closing.signal : signal);
    }
  }

  async function check(signal?: AbortSignal): Promise<void> {
    const request: Request<unknown> = (client, options) =>
      client.nodes.info({ metric: 'os', filter_path: 'nodes.*.version' }, options);
    assertVersions(await translated(request, 1, signal), address);
  }

  function ready(): Promise<void> {
    checked ??= check().catch((error: unknown) => {
      checked = null;
      throw error;
    });
    return checked;
  }

  return {
    address,
    check,
    get closed() {
      return closing.signal.aborted;
    },
    async read(request, signal) {
      await ready();
      return await translated(request, 1, signal);
    },
    async write(request, signal) {
      await ready();
      return await translated(request, 0, signal);
    },
    async raw(request, signal) {
      await ready();
      return await send(request, 0, signal);
    },
    async close() {
      closing.abort(new AppError('unavailable', 'the connection to Elasticsearch was closed'));
      await client.close();
    },
  };
}

function readOptions(options: ConnectionOptions): { clientOptions: ClientOptions; address: string } {
  const url = URL.parse(options.url);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new AppError('invalid_argument', 'the Elasticsearch URL must be like http://host:9200');
  }
  const fromUrl =
    url.username === ''
      ? undefined
      : { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  url.username = '';
  url.password = '';
  const auth = options.auth ?? fromUrl;
  return {
    address: url.href.replace(/\/$/, ''),
    clientOptions: {
      node: url.href,
      ...(auth === undefined ? {} : { auth }),
      redaction: { type: 'replace' },
      enableMetaHeader: false,
    },
  };
}
