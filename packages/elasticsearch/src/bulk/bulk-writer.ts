import { setTimeout as wait } from 'node:timers/promises';
import { errors } from '@elastic/elasticsearch';
import { AppError, createTurns, type Logger } from '@winnow/core';
import type { Connection } from '../connection/connection.ts';
import { toAppError } from '../connection/errors.ts';
import { faultOf, faultToAppError, refusalToAppError } from '../connection/server-fault.ts';
import { writeAlias } from '../indexes/names.ts';
import {
  type BulkAction,
  type BulkResult,
  type ItemOutcome,
  itemOutcome,
  requestOutcome,
} from './bulk-outcome.ts';
import { type PendingOperation, packOperations } from './operation-packer.ts';
import { sendBulk } from './send-bulk.ts';

/** One write of a bulk request. */
export interface BulkOperation {
  readonly action: BulkAction;
  /** The action line and, unless it deletes, the document line, each ended by `\n`. */
  readonly lines: string;
}

export interface BulkWriter {
  /**
   * Writes to one index through its write alias. Operations are taken as they are needed and sent in
   * requests of a few megabytes, one at a time; what the server could not take is sent again.
   *
   * @returns one result per operation, in order.
   * @throws AppError `resource_exhausted` (overload outlasted the tries, or the disk is full), `unavailable`
   *   (no answer after all tries), `deadline_exceeded` (no answer in time), `not_found` (the index or the alias is gone),
   *   `failed_precondition` (the index takes no document at all). Operations before may have been written: ids are
   *   deterministic, so the whole call can be made again.
   */
  write(
    index: string,
    operations: Iterable<BulkOperation>,
    options?: BulkWriteOptions,
  ): Promise<readonly BulkResult[]>;
}

interface BulkWriteOptions {
  readonly signal?: AbortSignal | undefined;
  /** Another alias of the index to write through than its write alias. */
  readonly alias?: string | undefined;
}

export interface BulkWriterOptions {
  readonly connection: Connection;
  readonly log: Logger;
  /** Body of a request at most, in bytes, unless one operation alone is larger. */
  readonly maxBytes?: number;
  /** Wait before an operation is sent a second time, in milliseconds; doubles from there, with jitter. */
  readonly firstWaitMs?: number;
}

const defaultMaxBytes = 8 * 1024 * 1024;
const minBytes = 64 * 1024;
const maxOperations = 5_000;
const defaultFirstWaitMs = 250;
/** Times one operation is sent in all; with the waits above about 4 s, and the queue takes it from there. */
const maxTries = 5;

/** The size that requests are packed to is shared by all calls: what one learns of the server's load, all heed. */
export function createBulkWriter(options: BulkWriterOptions): BulkWriter {
  const { connection, log, maxBytes = defaultMaxBytes, firstWaitMs = defaultFirstWaitMs } = options;
  let targetBytes = maxBytes;

  async function write(
    index: string,
    operations: Iterable<BulkOperation>,
    { signal, alias = writeAlias(index) }: BulkWriteOptions = {},
  ): Promise<readonly BulkResult[]> {
    const results: BulkResult[] = [];
    const packer = packOperations(operations, createTurns(signal));
    while (true) {
      const portion = await packer.take({ bytes: targetBytes, operations: maxOperations });
      if (portion.length === 0) return results;
      const outcomes = await send(alias, portion, signal);
      const again = portion.filter(({ order }, at) => {
        const outcome = outcomes[at];
        if (outcome === undefined || !isResult(outcome)) return true;
        results[order] = outcome;
        return false;
      });
      if (again.length === 0) targetBytes = Math.min(maxBytes, targetBytes + maxBytes / 8);
      else await prepareAgain(again, outcomes, signal);
      packer.putBack(again);
    }
  }

  /** Sends one request; one that is too large is sent in halves. */
  async function send(
    alias: string,
    portion: readonly PendingOperation[],
    signal?: AbortSignal,
  ): Promise<readonly ItemOutcome[]> {
    try {
      const operations = portion.map(({ operation }) => operation);
      const items = await sendBulk(connection, alias, operations, signal);
      return portion.map(({ operation }, at) => {
        const item = items[at]?.[operation.action];
        return item === undefined ? { kind: 'failed' } : itemOutcome(operation.action, item);
      });
    } catch (thrown) {
      const error = toAppError(thrown, connection.address);
      const fault = thrown instanceof errors.ResponseError ? faultOf(thrown) : null;
      if (connection.closed || (fault === null && !error.retryable)) throw error;
      if (error.code === 'deadline_exceeded') {
        // It would take as long again, unless the request was too much for a slow server.
        targetBytes = Math.max(minBytes, targetBytes / 2);
        throw error;
      }
      const outcome = requestOutcome(fault);
      if (outcome === 'fatal') throw error;
      if (outcome !== 'split') return portion.map(() => ({ kind: outcome, error }));
    }
    targetBytes = Math.max(minBytes, targetBytes / 2);
    if (portion.length === 1) {
      return [{ kind: 'rejected', message: 'larger than the server takes in one request' }];
    }
    const middle = Math.ceil(portion.length / 2);
    const first = await send(alias, portion.slice(0, middle), signal);
    return [...first, ...(await send(alias, portion.slice(middle), signal))];
  }

  /** Counts a try on each operation and waits; throws where one has had all its tries, or none can help. */
  async function prepareAgain(
    again: readonly PendingOperation[],
    outcomes: readonly ItemOutcome[],
    signal?: AbortSignal,
  ): Promise<void> {
    const refused = outcomes.find((outcome) => outcome.kind === 'refused');
    if (refused !== undefined) throw refusalToAppError(refused.fault, connection.address);
    const overloaded = outcomes.some(({ kind }) => kind === 'overloaded');
    if (overloaded) targetBytes = Math.max(minBytes, targetBytes / 2);
    for (const pending of again) pending.tries += 1;
    const tries = Math.max(...again.map((pending) => pending.tries));
    if (tries >= maxTries) throw gaveUp(outcomes, overloaded);
    const waitMs = firstWaitMs * 2 ** (tries - 1) * (0.5 + Math.random());
    log.warn({ event: 'bulk-sent-again', operations: again.length, tries, overloaded, targetBytes, waitMs });
    await wait(waitMs, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    if (signal?.aborted === true) throw AppError.from(signal.reason);
  }

  function gaveUp(outcomes: readonly ItemOutcome[], overloaded: boolean): AppError {
    for (const outcome of outcomes) {
      if ('error' in outcome && outcome.error !== undefined) return outcome.error;
    }
    const status = overloaded ? 429 : 503;
    return faultToAppError(
      { status, type: '', reason: `bulk writes refused ${maxTries} times` },
      connection.address,
    );
  }

  return { write };
}

function isResult(outcome: ItemOutcome): outcome is BulkResult {
  return ['done', 'missing', 'conflict', 'rejected'].includes(outcome.kind);
}
