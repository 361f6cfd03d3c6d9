import type { Chunking, OpenMailResult, RawDocument } from '@winnow/core';
import type { PackedResult } from './packed-document.ts';

/**
 * Grows with every change of what is sent here. A process of another version, as there is after an update under a running
 * Winnow, would take each document for broken: it ends with this code before it begins one.
 */
export const prepareVersion = 4;
export const otherVersionExit = 86;

/** Where a process finds the tokens that chunks are counted in; null for models whose tokenizer is not at hand. */
export type TokenizerPath = string | null;

/** What is to be done with one document. */
export interface PrepareTask {
  /** From 1, and no two the same in a process. */
  readonly id: number;
  readonly raw: RawDocument;
  readonly work: SplitWork | OpenMailWork;
}

/** To parse and split it. */
export interface SplitWork {
  readonly kind: 'split';
  readonly chunking: Chunking;
  readonly maxTokens: number;
  readonly tokenizer: TokenizerPath;
}

/** To list what is attached to it, see core's `OpenMail`. */
export interface OpenMailWork {
  readonly kind: 'open-mail';
  readonly wanted: string | null;
}

export type WorkResult = PackedResult | OpenMailResult;

/** What became of it. */
export interface PrepareAnswer {
  readonly id: number;
  readonly result: WorkResult;
}

/**
 * Where the process says which document it begins, by its id as {@link progressBytes} bytes, little-endian: a message
 * would wait until the document is done with.
 */
export const progressDescriptor = 4;
const progressBytes = 4;
/** Instead of an id: the process needs more memory than it may. */
export const outOfMemory = 0;

export function progressOf(id: number): Uint8Array {
  const bytes = Buffer.alloc(progressBytes);
  bytes.writeUInt32LE(id);
  return bytes;
}

/** The ids in what was read; writes of a few bytes are never torn apart. */
export function idsIn(bytes: Buffer): readonly number[] {
  const ids: number[] = [];
  for (let at = 0; at + progressBytes <= bytes.length; at += progressBytes) ids.push(bytes.readUInt32LE(at));
  return ids;
}
