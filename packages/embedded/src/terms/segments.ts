import { AppError } from '@winnow/core';
import type { Reads } from '../database.ts';
import type { GenerationTables } from '../generation-tables.ts';
import { damagedTerms } from './damaged-terms.ts';
import { varintsOf } from './varint.ts';

/** A part of an FTS5 index: pages with the postings of chunks that were put in one after the other. */
export interface Segment {
  readonly id: number;
  readonly firstPage: number;
  readonly lastPage: number;
  /** Writes to the index are numbered; of those whose chunks are in here, the last. */
  readonly lastWrite: number;
}

/** What FTS5 keeps of an index as a whole. */
export interface Segments {
  readonly segments: readonly Segment[];
  /** Chunks and terms that BM25 reckons with. FTS5 does not take removed ones off. */
  readonly chunks: number;
  readonly terms: number;
}

/** Row ids of the two records, and the version of everything that is read here. */
const averagesId = 1;
const structureId = 10;
const knownVersion = 4;
/** With which the structure of an index begins that can forget rows without being told what was in them. */
const structureMark = [0xff, 0x00, 0x00, 0x01];
const cookieBytes = 4;

/** @throws AppError `failed_precondition` if SQLite has written it in a way that is not known here. */
export function readSegments(database: Reads, { terms }: GenerationTables): Segments {
  const record = (id: number) =>
    database.get<{ block: Uint8Array }>(`SELECT block FROM ${terms}_data WHERE id = ?`, id)?.block ??
    new Uint8Array();
  const structure = record(structureId);
  const version = database.get<{ v: number }>(`SELECT v FROM ${terms}_config WHERE k = 'version'`)?.v;
  if (version !== knownVersion || structureMark.some((byte, at) => structure[cookieBytes + at] !== byte)) {
    throw new AppError(
      'failed_precondition',
      `the full-text index was written by a newer SQLite (version ${version} of FTS5): update Winnow, or ingest again with the Node.js that it was made for`,
      { part: 'index' },
    );
  }
  const [chunks = 0, total = 0] = varintsOf(record(averagesId));
  return {
    segments: segmentsOf(varintsOf(structure, cookieBytes + structureMark.length)),
    chunks,
    terms: total,
  };
}

/** @see https://sqlite.org/src/file/ext/fts5/fts5_index.c, "Structure Records" */
function segmentsOf(values: readonly number[]): readonly Segment[] {
  let at = 0;
  const take = () => {
    const value = values[at++];
    if (value === undefined) throw damagedTerms('its structure breaks off');
    return value;
  };
  const skip = (count: number) => {
    at += count;
  };
  const levels = take();
  // The number of all segments, and of writes.
  skip(2);
  const segments: Segment[] = [];
  for (let level = 0; level < levels; level++) {
    // How many of them are being merged.
    skip(1);
    for (let left = take(); left > 0; left--) {
      const [id, firstPage, lastPage] = [take(), take(), take()];
      skip(1);
      const lastWrite = take();
      // What is known of removed rows, and of rows.
      skip(3);
      // All of a segment may have been merged into another already.
      if (firstPage > 0) segments.push({ id, firstPage, lastPage, lastWrite });
    }
  }
  return segments;
}
