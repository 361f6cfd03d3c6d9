import type { TokenEmbeddings, TokenVectors } from '@winnow/core';
import { normalise } from '../onnx/pooling.ts';
import { type BitRows, bytesPerRow, noRows, signsOf } from './bit-rows.ts';
import { fold, foldedDimensions } from './fold.ts';
import { spreadRows } from './spread-rows.ts';

/**
 * Grows with every change of what the bytes mean; bytes of versions that are not listed count as none. In version 1 rows
 * had all dimensions of the model and were 64 at most; as their header says how many they have, they are read as before.
 */
const version = 2;
const readable: readonly number[] = [1, version];
/** Version, and dimensions as 16 bits, little-endian. Rows follow. */
const headerBytes = 3;

/** Of the rows of a text: 128 with 384 dimensions, 48 with 512. Chosen in docs/decisions/2026-11-29-token-vectors-by-default.md. */
const maxRowBytes = 3_072;

/**
 * The token vectors of a passage in little space: equal tokens as their mean, each folded to half as many dimensions
 * ({@link fold}) with most models, these spread over at most `most` rows by {@link spreadRows}, and of each row's mean the signs alone.
 * Equal token vectors give equal bytes.
 *
 * @param tokens of a passage, of at most 65,535 dimensions.
 * @param most rows, at least 1; as many as fit 3 KB unless told.
 */
export function compressTokens({ tokens, vectors }: TokenEmbeddings, most?: number): TokenVectors {
  return written(tokens.length === 0 ? noRows : rowsOf(tokens, vectors, most));
}

/** @returns the rows that {@link compressTokens} has written; null for bytes of another version, or broken ones. */
export function compressedRows(compressed: Uint8Array): BitRows | null {
  if (compressed.length < headerBytes || !readable.includes(compressed[0] ?? 0)) return null;
  const dimensions = (compressed[1] ?? 0) | ((compressed[2] ?? 0) << 8);
  const bytes = compressed.slice(headerBytes) as Uint8Array<ArrayBuffer>;
  const stride = bytesPerRow(dimensions);
  if (bytes.length === 0) return { dimensions, count: 0, bytes };
  return stride === 0 || bytes.length % stride !== 0
    ? null
    : { dimensions, count: bytes.length / stride, bytes };
}

function rowsOf(tokens: readonly string[], vectors: Float32Array, wanted?: number): BitRows {
  const all = vectors.length / tokens.length;
  const dimensions = foldedDimensions(all);
  const most = wanted ?? Math.max(1, Math.floor(maxRowBytes / bytesPerRow(dimensions)));
  const distinct = fold(unitRows(sumsOf(vectors, all, ordinalsOf(tokens)), all), all);
  const signs = signsOf(distinct, dimensions);
  if (signs.count <= most) return signs;
  return signsOf(sumsOf(distinct, dimensions, spreadRows(signs, most)), dimensions);
}

function written({ dimensions, bytes }: BitRows): TokenVectors {
  const compressed = new Uint8Array(headerBytes + bytes.length);
  compressed.set([version, dimensions & 0xff, dimensions >> 8]);
  compressed.set(bytes, headerBytes);
  return compressed;
}

/** Numbers tokens by first appearance, equal ones alike. */
function ordinalsOf(tokens: readonly string[]): Uint16Array {
  const ordinals = new Map<string, number>();
  return Uint16Array.from(tokens, (token) => {
    const ordinal = ordinals.get(token) ?? ordinals.size;
    ordinals.set(token, ordinal);
    return ordinal;
  });
}

/** The rows of each group added up: in direction their mean. @param groups of the rows, from 0 without a gap. */
function sumsOf(rows: Float32Array, dimensions: number, groups: Uint16Array): Float32Array {
  const sums = new Float32Array((Math.max(...groups) + 1) * dimensions);
  for (const [row, group] of groups.entries()) {
    for (let i = 0; i < dimensions; i++) {
      const at = group * dimensions + i;
      sums[at] = (sums[at] ?? 0) + (rows[row * dimensions + i] ?? 0);
    }
  }
  return sums;
}

/** Of length 1 each, so that a token that stands often counts as any other. */
function unitRows(rows: Float32Array, dimensions: number): Float32Array {
  const units = rows.slice();
  for (let start = 0; start < units.length; start += dimensions) {
    normalise(units.subarray(start, start + dimensions));
  }
  return units;
}
