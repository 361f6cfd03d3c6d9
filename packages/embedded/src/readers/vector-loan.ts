import type { MessagePort } from 'node:worker_threads';
import type { LentBlock } from '../vector-blocks.ts';

/** What one thread that has vectors in memory sends to another that needs them, through a port of the two. */
type LoanMessage =
  | { readonly type: 'block'; readonly block: LentBlock }
  | { readonly type: 'end'; readonly changes: number };

/** Sends blocks, and then the state of the generation that they stand at. What fails is read from the file over there. */
export async function lendOver(
  port: MessagePort,
  lend: (send: (block: LentBlock) => void) => Promise<number>,
): Promise<void> {
  // A pool that is closed does not wait for a loan.
  port.unref();
  const send = (message: LoanMessage, transfer: readonly ArrayBufferLike[] = []) =>
    port.postMessage(message, transfer as readonly ArrayBuffer[]);
  try {
    const changes = await lend((block) => {
      const { codes, chunks, documents } = block;
      send({ type: 'block', block }, [codes.buffer, chunks.buffer, documents.buffer]);
    });
    send({ type: 'end', changes });
  } finally {
    port.close();
  }
}

/** @returns the state of the generation that the blocks stand at; −1 where it is not known, or not all of them came. */
export function borrowOver(port: MessagePort, take: (block: LentBlock) => void): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  port.on('message', (message: LoanMessage) => {
    if (message.type === 'block') take(message.block);
    else resolve(message.changes);
  });
  // The other thread has ended, too.
  port.on('close', () => resolve(-1));
  port.unref();
  return promise;
}
