import { workerData } from 'node:worker_threads';
import { standBack } from '@winnow/core';
import { bestOfShared } from '../shared-rows.ts';
import type { ScanAnswer, ScanRequest, ScanSetup } from './scan-helper.ts';

// The entry point of a thread that takes a part of another one's searches by vector.

/** `workerData` is written by our own helper. */
const { port, state }: ScanSetup = workerData;
standBack('of-requests');

port.on('message', ({ number, sought, blocks }: ScanRequest) => {
  let answer: ScanAnswer = { number, best: null };
  try {
    answer = { number, best: bestOfShared(sought, blocks) };
  } catch {
    // Whoever asked looks at the rows itself.
  }
  port.postMessage(answer);
  Atomics.store(state, 0, number);
  Atomics.notify(state, 0);
});

Atomics.store(state, 1, 1);
