import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { AppError, type GenerationRef, standBack, updatedUnder } from '@winnow/core';
import type { Database } from '../database.ts';
import { indexFormat } from '../migrations/index-format.ts';
import { openForReading } from '../open-for-reading.ts';
import { messageOf } from './error-message.ts';
import {
  type FromReader,
  type ReaderRequest,
  type ReaderResult,
  type ReaderSetup,
  readerVersion,
  type ToReader,
} from './protocol.ts';
import { createReading, type LocalReading } from './reading.ts';
import { canShareRows, createScanHelper } from './scan-helper.ts';

// The entry point of a reader thread: one connection of its own to the index, which can only read, and the vectors it
// has searched.

const port = parentPort;
if (port === null) throw new Error('this module is the entry point of a reader thread');

/** `workerData` is written by our own pool. */
const { version, path, maxVectorBytes }: ReaderSetup = workerData;
standBack('of-requests');
const running = new Map<number, AbortController>();
let opened: { readonly database: Database; readonly reading: LocalReading } | null = null;

port.on('message', (message: ToReader) => {
  switch (message.type) {
    case 'request':
      return void accept(message.id, message.request);
    case 'cancel':
      return running.get(message.id)?.abort(new AppError('canceled', 'canceled'));
    case 'get-ready':
      return attempt((reading) => reading.getReady(message.ref));
    case 'lend':
      return lend(message.ref, message.port);
    case 'borrow':
      return attempt((reading) => reading.borrowVectors(message.ref, message.port));
    case 'follow':
      return opened?.reading.follow(message.change);
    case 'drop':
      return opened?.reading.drop(message.generationId);
    case 'close':
      opened?.database.close();
      return port.close();
  }
});

send({ type: 'ready' });

async function accept(id: number, request: ReaderRequest): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    send({ type: 'result', id, result: await answer(request, controller.signal) });
  } catch (thrown) {
    send({ type: 'failure', id, error: messageOf(thrown) });
  } finally {
    running.delete(id);
  }
}

async function answer(request: ReaderRequest, signal: AbortSignal): Promise<ReaderResult> {
  const reading = open();
  const { ref } = request;
  switch (request.kind) {
    case 'recall': {
      const value = await reading.recall(ref, { ...request.query, signal });
      return { kind: request.kind, value, held: reading.heldVectors(ref) };
    }
    case 'token-frequencies':
      return { kind: request.kind, value: await reading.tokenFrequencies(ref, request.tokens) };
    case 'parts':
      return { kind: request.kind, value: await reading.ofDocuments(ref, request.parts, signal) };
  }
}

function lend(ref: GenerationRef, port: MessagePort): void {
  if (opened === null) port.close();
  // The other thread sees the port closed, and reads the file.
  else opened.reading.lendVectors(ref, port).catch(() => {});
}

function attempt(work: (reading: LocalReading) => void): void {
  try {
    work(open());
  } catch {
    // The request that follows says what is wrong.
  }
}

/** At the first request, so that what is wrong with the file is that request's answer. */
function open(): LocalReading {
  if (version !== readerVersion) throw updatedUnder('reader of the index');
  if (opened === null) {
    const database = openForReading(path, indexFormat);
    const helper = canShareRows() ? createScanHelper() : null;
    opened = { database, reading: createReading(database, maxVectorBytes, helper) };
  }
  return opened.reading;
}

function send(message: FromReader): void {
  port?.postMessage(message);
}
