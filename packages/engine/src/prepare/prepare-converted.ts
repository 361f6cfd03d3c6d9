import { extensionOf, isOwnMediaType, type RawDocument } from '@winnow/core';
import type { PrepareResult } from '@winnow/ingestion';
import type { Convert } from '@winnow/parsing/tika';

export interface ConverterOptions {
  readonly convert: Convert;
  /** Extensions, without the dot and in small letters, of documents that are converted though they could be read. */
  readonly preferredFor: ReadonlySet<string>;
}

/**
 * Has documents that no reader here knows converted, and the markup that comes of it read in their place.
 * @param prepare of documents as they are.
 */
export async function prepareConverted(
  raw: RawDocument,
  { convert, preferredFor }: ConverterOptions,
  prepare: (raw: RawDocument) => Promise<PrepareResult>,
  signal: AbortSignal,
): Promise<PrepareResult> {
  const isPreferred = preferredFor.has(extensionOf(raw.documentId)) && !isOwnMediaType(raw.mediaType);
  if (!isPreferred) {
    const result = await prepare(raw);
    if (result.ok || result.reason.code !== 'unsupported_type') return result;
  }
  const converted = await convert(raw, signal);
  return converted.ok ? await prepare(converted.raw) : converted;
}
