import { parentPort, workerData } from 'node:worker_threads';
import { standBack, updatedUnder } from '@winnow/core';
import { loadModelTokenizer, type ModelTokenizer } from '../tokenizer/model-tokenizer.ts';
import { embedWork, type Work } from './embed-job.ts';
import {
  type FromWorker,
  type InferenceRequest,
  type InferenceSetup,
  inferenceVersion,
  type ToWorker,
} from './protocol.ts';
import { scoreWork } from './score-job.ts';
import { type Model, openModel } from './session.ts';
import { createStepQueue } from './step-queue.ts';

// The entry point of a worker thread: it holds one model and runs it a text at a time, so that a query
// that comes in during a long call waits for one text and not for all.

const port = parentPort;
if (port === null) throw new Error('this module is the entry point of a worker thread');

/** `workerData` is written by our own client. */
const setup: InferenceSetup = workerData;
// Before the model starts threads of its own, which are as it is.
standBack('of-requests');
const queue = createStepQueue();
const loaded = load();

port.on('message', (message: ToWorker) => {
  if (message.type === 'request') void accept(message.id, message.request);
  if (message.type === 'cancel') queue.cancel(message.id);
  if (message.type === 'close') void close();
});

async function load(): Promise<{ model: Model; tokenizer: ModelTokenizer } | null> {
  if (setup.version !== inferenceVersion) {
    send({ type: 'failure', id: null, code: 'unavailable', message: updatedUnder('model thread').message });
    return null;
  }
  try {
    const tokenizer = loadModelTokenizer(setup.tokenizer);
    const output = setup.row.kind === 'embedding' ? 'last_hidden_state' : 'logits';
    return { model: await openModel(setup.model, setup, output), tokenizer };
  } catch (error) {
    const message = `${setup.model} cannot be loaded: ${messageOf(error)}`;
    send({ type: 'failure', id: null, code: 'failed_precondition', message });
    return null;
  }
}

async function accept(id: number, request: InferenceRequest): Promise<void> {
  const parts = await loaded;
  if (parts === null) return;
  const fail = (error: unknown) =>
    send({ type: 'failure', id, code: 'internal', message: `${setup.row.name}: ${messageOf(error)}` });
  try {
    const { steps, result } = workFor(request, parts);
    const done = () => {
      const { result: value, transfer } = result();
      send({ type: 'result', id, result: value }, transfer);
    };
    queue.add({ id, rank: rankOf(request), steps, done, failed: fail });
  } catch (error) {
    fail(error);
  }
}

function workFor(request: InferenceRequest, parts: { model: Model; tokenizer: ModelTokenizer }): Work {
  const { row } = setup;
  if (row.kind === 'embedding' && request.kind !== 'score') {
    return embedWork(request, { row, ...parts });
  }
  if (row.kind === 'rerank' && request.kind === 'score') {
    return scoreWork(request.query, request.passages, { row, ...parts });
  }
  throw new Error(`a model for ${row.kind} cannot ${request.kind}`);
}

/** A person waits for a query and for a rerank; nobody waits for a document. */
function rankOf(request: InferenceRequest): number {
  if (request.kind === 'score') return 1;
  if (request.purpose === 'query') return 0;
  return request.tokens === 'each' ? 1 : 2;
}

async function close(): Promise<void> {
  const parts = await loaded;
  await parts?.model.release();
  port?.close();
}

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
