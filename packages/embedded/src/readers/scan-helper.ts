import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { BestRows } from '../best-rows.ts';
import type { ScanHelper, SharedRows } from '../shared-rows.ts';
import type { SoughtVector } from '../vector-blocks.ts';

/** What a helper is given once. */
export interface ScanSetup {
  readonly port: MessagePort;
  /** The number of the request that was answered last, and 1 once its code is loaded. */
  readonly state: Int32Array;
}

export interface ScanRequest {
  readonly number: number;
  readonly sought: readonly SoughtVector[];
  readonly blocks: readonly SharedRows[];
}

export interface ScanAnswer {
  readonly number: number;
  /** Null where it failed. */
  readonly best: readonly BestRows[] | null;
}

interface Started {
  readonly worker: Worker;
  readonly port: MessagePort;
}

/** A pass over a million vectors takes some 50 ms; a thread that is waited for as long as this is taken for dead. */
const longestMs = 2_000;
/** The first release in which usearch takes memory that threads share (tried). */
const leastNode = 24;

/** Whether usearch takes memory that threads share; where it does not, no row may lie in any. */
export function canShareRows(): boolean {
  return Number.parseInt(process.versions.node, 10) >= leastNode;
}

/**
 * A helper in a thread of its own, which is started when it is first asked and takes no request before it is there. The
 * thread that asks waits for its answer without taking up anything else: both look at rows as they are at one moment. Only
 * where {@link canShareRows}.
 */
export function createScanHelper(entry = new URL('./scan-worker.ts', import.meta.url)): ScanHelper {
  const state = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  let started: Started | null = null;
  let isLost = false;
  let number = 0;

  function start(): Started {
    const { port1, port2 } = new MessageChannel();
    const setup: ScanSetup = { port: port2, state };
    const worker = new Worker(entry, { workerData: setup, transferList: [port2], name: 'winnow-scan' });
    worker.unref();
    port1.unref();
    worker.once('error', lose);
    worker.once('exit', lose);
    return { worker, port: port1 };
  }

  function lose(): void {
    isLost = true;
    started?.worker.terminate().catch(() => {});
  }

  function answerTo(asked: number, port: MessagePort): readonly BestRows[] | null {
    for (let done = Atomics.load(state, 0); done !== asked; done = Atomics.load(state, 0)) {
      if (Atomics.wait(state, 0, done, longestMs) !== 'timed-out') continue;
      lose();
      return null;
    }
    // Those of requests that nobody waited for lie before it.
    for (let received = receiveMessageOnPort(port); received; received = receiveMessageOnPort(port)) {
      const answer: ScanAnswer = received.message;
      if (answer.number === asked) return answer.best;
    }
    return null;
  }

  return {
    begin(sought, blocks) {
      if (isLost) return null;
      started ??= start();
      if (Atomics.load(state, 1) === 0) return null;
      const { port } = started;
      number += 1;
      const request: ScanRequest = { number, sought, blocks };
      port.postMessage(request);
      return () => answerTo(request.number, port);
    },
  };
}
