import { gunzipSync } from 'node:zlib';
import { isOwnMediaType, maxDocumentBytes, type ParseResult, type RawDocument } from '@winnow/core';
import { alwaysUnpackedBytes, maxUnpackedRatio } from '../limits.ts';
import { refused } from '../parts.ts';

const gzipName = /(?<!\.tar)\.gz$/i;
const gzipTypes: ReadonlySet<string> = new Set(['application/gzip', 'application/x-gzip']);

/**
 * What a compressed document holds, under its name without `.gz`; any other document as it is. Tar archives hold many
 * documents, and stay what they are.
 */
export function unpackGzip(
  raw: RawDocument,
): { readonly ok: true; readonly raw: RawDocument } | Extract<ParseResult, { ok: false }> {
  const { documentId, content, mediaType } = raw;
  const name = documentId.replace(gzipName, '');
  if (name === documentId || !isGzip(content) || isOwnMediaType(mediaType)) return { ok: true, raw };
  const limit = Math.min(maxDocumentBytes, Math.max(alwaysUnpackedBytes, content.length * maxUnpackedRatio));
  try {
    const unpacked = gunzipSync(content, { maxOutputLength: limit });
    if (isGzip(unpacked))
      return refused('unsupported_type', 'it is an archive within an archive, which is not opened');
    const isOfArchive = gzipTypes.has(mediaType?.split(';')[0]?.trim().toLowerCase() ?? '');
    const inner = {
      documentId: name as RawDocument['documentId'],
      mediaType: isOfArchive ? null : mediaType,
    };
    return { ok: true, raw: { ...raw, ...inner, content: unpacked } };
  } catch (error) {
    return refusal(error instanceof Error && 'code' in error ? error.code : null, limit);
  }
}

function refusal(code: unknown, limit: number): Extract<ParseResult, { ok: false }> {
  switch (code) {
    case 'ERR_BUFFER_TOO_LARGE':
      return refused('too_large', `it unpacks to more than ${Math.round(limit / 1024 / 1024)} MB`);
    case 'Z_BUF_ERROR':
      return refused('truncated', 'it is compressed, and cut off');
    default:
      return refused('malformed', 'it is compressed, and damaged: it cannot be unpacked to its end');
  }
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
