import { randomBytes } from 'node:crypto';
import type { Bill, Corpus } from '@winnow/core';
import type { SearchPorts } from './ports.ts';

/** Starts the account of one search or answer, under a query id of its own: 16 hexadecimal digits. */
export function openQueryBill(ports: SearchPorts, corpus: Corpus): Bill {
  const queryId = randomBytes(8).toString('hex');
  return ports.openBill({ corpus: corpus.name, runId: null, queryId });
}
