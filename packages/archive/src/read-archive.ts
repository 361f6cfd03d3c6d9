import { createHash } from 'node:crypto';
import { AppError, documentKeyOf, type KeptChunk, parseJson, type TokenVectors } from '@winnow/core';
import {
  type ArchiveHeader,
  archiveVersion,
  type BodyLine,
  type ChunkLine,
  type DocumentLine,
  type EndLine,
  type GoldenLine,
  type OmittedLine,
  type PushedLine,
} from './archive-format.ts';
import { countLine, nothingCounted } from './counts.ts';
import { anyHeaderSchema, bodySchema, headerSchema } from './line-schemas.ts';
import { compressedLines, cutOff, damaged, noArchive } from './read-lines.ts';
import { vectorOf } from './vector-text.ts';

/** A document of an archive with all of its chunks. */
export interface ArchivedDocument {
  readonly kind: 'document';
  readonly line: DocumentLine;
  readonly chunks: readonly ArchivedChunk[];
  /** Of its lines, about: what it takes in memory. */
  readonly bytes: number;
}

type ArchivedChunk = KeptChunk & {
  readonly vector: Float32Array;
  readonly tokenVectors?: TokenVectors;
};

/** What an archive holds, in its order: first the header, last the end. */
export type ArchiveItem = ArchiveHeader | ArchivedDocument | OmittedLine | PushedLine | GoldenLine | EndLine;

/**
 * Reads an archive, a document in memory at a time, and checks on the way whatever can be checked: who has come to
 * the last item knows that all of them were as they were written.
 * @throws AppError `not_found` where there is no file; `invalid_argument` where it is no archive, is cut off or is not
 * as it was written; `failed_precondition` where a newer version wrote it; `canceled` if aborted.
 */
export async function* readArchive(path: string, signal: AbortSignal): AsyncGenerator<ArchiveItem> {
  const hash = createHash('sha256');
  let header: ArchiveHeader | null = null;
  let open: OpenDocument | null = null;
  let counts = nothingCounted;
  let end: EndLine | null = null;
  let lastKey = '';
  for await (const bytes of compressedLines(path, signal)) {
    if (end !== null) throw damaged(path, 'it goes on behind its last line');
    const value = parsed(path, bytes, header === null);
    if (header === null) {
      header = headerOf(path, value);
      hash.update(bytes);
      yield header;
      continue;
    }
    const line = lineOf(path, value);
    if (line.kind !== 'end') hash.update(bytes);
    if (line.kind === 'chunk') {
      counts = countLine(counts, line);
      if (open === null) throw damaged(path, 'it has a chunk of no document');
      addChunk(path, open, line, header.generation.dimensions, bytes.length);
      continue;
    }
    if (open !== null) yield closed(path, open);
    open = null;
    if (line.kind === 'end') {
      requireSame(path, line, counts, hash.digest('hex'));
      end = line;
      continue;
    }
    counts = countLine(counts, line);
    if (line.kind === 'pushed' || line.kind === 'golden') {
      yield line;
      continue;
    }
    const key = documentKeyOf(line.documentId);
    if (key <= lastKey) throw damaged(path, 'its documents are not in order');
    lastKey = key;
    if (line.kind === 'document') open = { line, chunks: [], bytes: bytes.length };
    else yield line;
  }
  if (header === null) throw noArchive(path);
  if (end === null) throw cutOff(path);
  yield end;
}

interface OpenDocument {
  readonly line: DocumentLine;
  readonly chunks: ArchivedChunk[];
  bytes: number;
}

function addChunk(
  path: string,
  document: OpenDocument,
  { kind: _, vector: text, tokenVectors: ofTokens, ...chunk }: ChunkLine,
  dimensions: number,
  bytes: number,
): void {
  const vector = vectorOf(text, dimensions);
  if (vector === null) throw damaged(path, `it has a vector of other than ${dimensions} numbers`);
  if (chunk.position !== document.chunks.length) throw damaged(path, 'its chunks are not in order');
  const tokenVectors = ofTokens === undefined ? undefined : new Uint8Array(Buffer.from(ofTokens, 'base64'));
  document.chunks.push({ ...chunk, vector, ...(tokenVectors !== undefined && { tokenVectors }) });
  document.bytes += bytes;
}

function closed(path: string, { line, chunks, bytes }: OpenDocument): ArchivedDocument {
  const wanted = line.live?.chunks ?? 0;
  if (chunks.length === wanted) return { kind: 'document', line, chunks, bytes };
  throw damaged(path, `a document has ${chunks.length} chunks and should have ${wanted}`);
}

function requireSame(
  path: string,
  end: EndLine,
  counts: Omit<EndLine, 'kind' | 'sha256'>,
  sha256: string,
): void {
  if (end.sha256 !== sha256) throw damaged(path, 'its lines do not fit its checksum');
  const isSame = (Object.keys(counts) as (keyof typeof counts)[]).every((key) => counts[key] === end[key]);
  if (!isSame) throw damaged(path, 'its lines are not as many as its last one says');
}

function parsed(path: string, bytes: Buffer, isFirst: boolean): unknown {
  const value = parseJson(bytes.toString('utf8'));
  if (value !== undefined) return value;
  throw isFirst ? noArchive(path) : damaged(path, 'it has a line that is no JSON');
}

function headerOf(path: string, value: unknown): ArchiveHeader {
  const any = anyHeaderSchema.safeParse(value);
  if (!any.success) throw noArchive(path);
  if (any.data.version > archiveVersion) {
    throw new AppError(
      'failed_precondition',
      `${path} was written by a newer Winnow (archive ${any.data.version}; this one reads up to ${archiveVersion}): update, and restore it then`,
    );
  }
  const header = headerSchema.safeParse(value);
  if (!header.success) throw damaged(path, 'its first line is not as it was written');
  // Names, ids and hashes are as their types say, or fail where they are used.
  return header.data as unknown as ArchiveHeader;
}

function lineOf(path: string, value: unknown): BodyLine | EndLine {
  const line = bodySchema.safeParse(value);
  if (!line.success) throw damaged(path, 'it has a line that is none of an archive');
  return line.data as unknown as BodyLine | EndLine;
}
