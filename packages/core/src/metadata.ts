import { type Metadata, type MetadataValue, maxMetadataKeys } from './document.ts';

/** Longer strings are text, not something to filter by. */
const maxStringLength = 4_096;
const maxListLength = 256;

/**
 * What can be kept of arbitrary fields: strings, finite numbers, booleans, and lists of strings or of numbers,
 * in the order given, at most {@link maxMetadataKeys}. The rest is dropped.
 */
export function metadataOf(fields: Iterable<readonly [string, unknown]>): Metadata {
  const kept = new Map<string, MetadataValue>();
  for (const [key, value] of fields) {
    if (key === '' || !isMetadataValue(value)) continue;
    if (kept.size === maxMetadataKeys && !kept.has(key)) continue;
    kept.set(key, value);
  }
  return Object.fromEntries(kept);
}

function isMetadataValue(value: unknown): value is MetadataValue {
  if (Array.isArray(value)) {
    if (value.length === 0 || value.length > maxListLength) return false;
    return value.every(isShortString) || value.every(isNumber);
  }
  return isShortString(value) || isNumber(value) || typeof value === 'boolean';
}

function isShortString(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxStringLength;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
