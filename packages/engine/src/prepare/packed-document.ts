import { deserialize, serialize } from 'node:v8';
import { createTurns } from '@winnow/core';
import type { PrepareResult } from '@winnow/ingestion';

type Prepared = Extract<PrepareResult, { readonly ok: true }>;
type PreparedChunks = Prepared['document']['chunks'];

/** A prepared document as it is sent: its chunks in pieces, so that whoever gets it need not unpack them all at once. */
export type PackedResult =
  | Exclude<PrepareResult, Prepared>
  | (Omit<Prepared, 'document'> & {
      readonly document: Omit<Prepared['document'], 'chunks'> & { readonly chunks: readonly Uint8Array[] };
    });

/** Chunks with their terms and tokens take some KB each: a piece is unpacked in a millisecond or two. */
const chunksPerPiece = 16;

export function packed(result: PrepareResult): PackedResult {
  if (!result.ok) return result;
  const { chunks } = result.document;
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < chunks.length; start += chunksPerPiece) {
    pieces.push(serialize(chunks.slice(start, start + chunksPerPiece)));
  }
  return { ...result, document: { ...result.document, chunks: pieces } };
}

/** Rejects once the signal is aborted. */
export async function unpacked(result: PackedResult, signal: AbortSignal): Promise<PrepareResult> {
  if (!result.ok) return result;
  const pause = createTurns(signal);
  const pieces: PreparedChunks[] = [];
  for (const piece of result.document.chunks) {
    // Of our own making, by a process of our own version.
    pieces.push(deserialize(piece) as PreparedChunks);
    await pause();
  }
  return { ...result, document: { ...result.document, chunks: pieces.flat() } };
}
