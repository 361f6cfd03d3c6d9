import { Client } from '@elastic/elasticsearch';
import { AppError, unlessAborted } from '@winnow/core';
import { type ConnectionOptions, readConnectionOptions } from './connection-options.ts';
import { toAppError } from './errors.ts';
import { indexError } from './index-error.ts';
import { assertVersions } from './server-version.ts';

/** What every request is sent with. */
interface RequestOptions {
  readonly signal: AbortSignal;
  readonly requestTimeout: number;
  readonly maxRetries: number;
}

/**
 * One request. Reads are sent once more by the client, or once to each other node, where the connection broke or a
 * proxy answered 502–504 (a kept-alive socket may be dead); with the queue's 5 attempts that makes 10. Writes are not.
 */
type Request<T> = (client: Client, options: RequestOptions) => Promise<T>;

/** The client with what each request needs: version check, deadline, cancellation, our errors. */
export interface Connection {
  /** Where the server is, without credentials. */
  readonly address: string;
  /** @throws AppError `deadline_exceeded` where the server does not answer in time; `canceled` only by the signal. */
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

/** The client's own limit is for the beginning of an answer; this much later nobody waits for its end any more. */
const deadlineSlackMs = 500;

/** Connects with the first request; constructing it does no I/O. */
export function createConnection(options: ConnectionOptions): Connection {
  const { clientOptions, address, nodes } = readConnectionOptions(options);
  const { requestTimeoutMs } = options;
  const retriesOfReads = Math.max(1, nodes - 1);
  const client = new Client(clientOptions);
  const closing = new AbortController();
  const tooLate = indexError(
    'deadline_exceeded',
    `Elasticsearch at ${address} did not answer within ${requestTimeoutMs} ms`,
  );
  let checked: Promise<void> | null = null;

  /**
   * Each request has a signal of its own: where one times out, the client makes its signal say so, and others
   * that share it would seem to have been canceled.
   */
  async function send<T>(request: Request<T>, maxRetries: number, signal?: AbortSignal): Promise<T> {
    const deadline = new AbortController();
    const given = signal === undefined ? [] : [signal];
    const any = AbortSignal.any([closing.signal, ...given, deadline.signal]);
    if (any.aborted) throw AppError.from(any.reason);
    const timer = setTimeout(() => deadline.abort(tooLate), requestTimeoutMs + deadlineSlackMs);
    try {
      const options = { signal: any, requestTimeout: requestTimeoutMs, maxRetries };
      return await unlessAborted(request(client, options), any);
    } catch (thrown) {
      throw any.aborted ? AppError.from(any.reason) : thrown;
    } finally {
      clearTimeout(timer);
    }
  }

  async function translated<T>(request: Request<T>, maxRetries: number, signal?: AbortSignal): Promise<T> {
    try {
      return await send(request, maxRetries, signal);
    } catch (thrown) {
      throw toAppError(thrown, address);
    }
  }

  async function check(signal?: AbortSignal): Promise<void> {
    const request: Request<unknown> = (each, requestOptions) =>
      each.nodes.info({ metric: 'os', filter_path: 'nodes.*.version' }, requestOptions);
    assertVersions(await translated(request, retriesOfReads, signal), address);
  }

  async function ready(signal?: AbortSignal): Promise<void> {
    checked ??= check().catch((error: unknown) => {
      checked = null;
      throw error;
    });
    await unlessAborted(checked, signal);
  }

  return {
    address,
    check,
    get closed() {
      return closing.signal.aborted;
    },
    async read(request, signal) {
      await ready(signal);
      return await translated(request, retriesOfReads, signal);
    },
    async write(request, signal) {
      await ready(signal);
      return await translated(request, 0, signal);
    },
    async raw(request, signal) {
      await ready(signal);
      return await send(request, 0, signal);
    },
    async close() {
      closing.abort(indexError('unavailable', 'the connection to Elasticsearch was closed'));
      await client.close();
    },
  };
}
