import type { DocumentId, Gate, IndexedVersion, ManifestEntry } from '@winnow/core';

/** A document that is not as it should be, and what about it. */
interface DocumentNote {
  readonly documentId: DocumentId;
  readonly detail: string;
}

/** Some of many: the count is of all. */
export interface Noted {
  readonly count: number;
  /** The first {@link maxNotes}. */
  readonly samples: readonly DocumentNote[];
}

/** What the manifests of two generations and the index of the newer one come to. */
export interface Coverage {
  /** Documents that can be found in the generation, by its manifest. */
  readonly searchable: number;
  /** Documents that can be found in the live one. */
  readonly liveSearchable: number;
  /** Chunks of the searchable ones, as the index holds them. */
  readonly chunks: number;
  /** Searchable ones with chunks that cannot be found as they should: without terms, or a sound vector. */
  readonly broken: Noted;
  readonly pending: number;
  /** Searchable ones of which the index does not hold exactly the chunks that the manifest counts. */
  readonly partial: Noted;
  /** Readers find them today; the generation has tried to take them up and could not. */
  readonly failed: Noted;
  /** Readers find them today; they were not at their source when the generation was made. */
  readonly gone: Noted;
  /** Readers find them today; the generation does not know them, or not as documents, and nothing says why. */
  readonly missing: Noted;
  /** Of a sample that was looked up by id, those that came back otherwise than they should. */
  readonly misread: Noted;
  readonly lookedUp: number;
}

/** Samples of a kind. */
const maxNotes = 20;

/** One document in all three lists. */
export interface CoverageRow {
  readonly next: ManifestEntry | null;
  readonly live: ManifestEntry | null;
  /** What the index holds of it. */
  readonly versions: readonly IndexedVersion[];
  /** The generation was made from a look at its source, later than all that the live one has of it. */
  readonly isLookedFor?: boolean;
}

/** What is wrong with one document; null for each that is as it should be. */
interface RowFindings {
  readonly partial: string | null;
  readonly failed: string | null;
  readonly gone: string | null;
  readonly missing: string | null;
  readonly broken: string | null;
}

/** Compares what the manifests say of a document with what the index holds of it. */
function findingsOf({ next, live, versions, isLookedFor = false }: CoverageRow): RowFindings {
  const isSearchable = next !== null && next.liveVersion !== null;
  const isLost = live !== null && live.liveVersion !== null && !isSearchable;
  const isFailed = next?.state === 'failed';
  const isGone = isLost && isLookedFor && (next === null || next.state === 'deleted');
  const older = isOlder(next, live) ? `found at an older version: ${failureOf(next)}` : null;
  return {
    partial: isSearchable ? partialOf(next, versions) : null,
    failed: isLost && isFailed ? failureOf(next) : null,
    gone: isGone ? 'not at its source' : null,
    missing: isLost && !(isFailed || isGone) ? absenceOf(next) : older,
    broken: isSearchable ? brokenOf(next, versions) : null,
  };
}

/** Readers find the newest version today, and would find the one before: that one was made, and this one failed. */
function isOlder(next: ManifestEntry | null, live: ManifestEntry | null): next is ManifestEntry {
  const showsOlder = next?.state === 'failed' && next.liveVersion !== null;
  return showsOlder && live?.state === 'live' && live.contentHash === next.contentHash;
}

function partialOf(next: ManifestEntry, versions: readonly IndexedVersion[]): string | null {
  const held = versions.find(({ version }) => version === next.liveVersion)?.chunks ?? 0;
  return held === next.chunkCount
    ? null
    : `the index holds ${held} of its chunks, the manifest counts ${next.chunkCount}`;
}

function brokenOf(next: ManifestEntry, versions: readonly IndexedVersion[]): string | null {
  const { broken = 0, chunks = 0 } = versions.find(({ version }) => version === next.liveVersion) ?? {};
  return broken === 0 ? null : `${broken} of ${chunks} chunks`;
}

function failureOf({ reason }: ManifestEntry): string {
  return reason === null ? 'failed' : `${reason.code}: ${reason.message}`;
}

function absenceOf(next: ManifestEntry | null): string {
  if (next === null) return 'not known to it';
  return next.state === 'pending' ? 'not indexed yet' : 'deleted in it';
}

/** Counts documents one by one; samples are bounded. */
export interface CoverageTally {
  add(row: CoverageRow): void;
  /** A document of the sample was looked up by its id. @param problem null where all was as it should be. */
  lookedUp(documentId: DocumentId, problem: string | null): void;
  result(): Coverage;
}

export function createCoverageTally(): CoverageTally {
  const counts = { searchable: 0, liveSearchable: 0, chunks: 0, pending: 0, lookedUp: 0 };
  const [partial, failed, gone, missing, misread, broken] = [
    notes(),
    notes(),
    notes(),
    notes(),
    notes(),
    notes(),
  ];
  return {
    add(row) {
      const { next, live, versions } = row;
      if (live !== null && live.liveVersion !== null) counts.liveSearchable += 1;
      if (next?.state === 'pending') counts.pending += 1;
      if (next !== null && next.liveVersion !== null) {
        counts.searchable += 1;
        counts.chunks += versions.find(({ version }) => version === next.liveVersion)?.chunks ?? 0;
      }
      const documentId = (next ?? live)?.documentId;
      // Chunks that no manifest knows of are the doctor's business, and found by nobody.
      if (documentId === undefined) return;
      const findings = findingsOf(row);
      partial.add(documentId, findings.partial);
      failed.add(documentId, findings.failed);
      gone.add(documentId, findings.gone);
      missing.add(documentId, findings.missing);
      broken.add(documentId, findings.broken);
    },
    lookedUp(documentId, problem) {
      counts.lookedUp += 1;
      misread.add(documentId, problem);
    },
    result: () => ({
      ...counts,
      partial: partial.noted(),
      failed: failed.noted(),
      gone: gone.noted(),
      missing: missing.noted(),
      misread: misread.noted(),
      broken: broken.noted(),
    }),
  };
}

function notes() {
  const samples: DocumentNote[] = [];
  let count = 0;
  return {
    add(documentId: DocumentId, detail: string | null) {
      if (detail === null) return;
      count += 1;
      if (samples.length < maxNotes) samples.push({ documentId, detail });
    },
    noted: (): Noted => ({ count, samples }),
  };
}

/**
 * Every document that the manifest calls searchable has its chunks, nothing is left to be done, and no document that
 * readers find today is unknown to it, or older in it. What failed in it, or is gone from its source, is left to
 * {@link sizeGate}: a few may.
 */
export function coverageGate(coverage: Coverage): Gate {
  const { searchable, pending, partial, failed, gone, missing, misread, lookedUp } = coverage;
  const wanted = searchable + missing.count;
  const value = wanted === 0 ? 1 : (searchable - partial.count) / wanted;
  const isWhole = partial.count === 0 && missing.count === 0 && misread.count === 0 && pending === 0;
  const parts = [
    `${countOf(searchable, 'document')} searchable, ${coverage.chunks} chunks; ${lookedUp} looked up by id`,
    pending === 0 ? '' : `${countOf(pending, 'document')} still to be indexed`,
    noteOn(partial, 'without all of their chunks'),
    noteOn(missing, 'of the live generation are missing or older'),
    noteOn(failed, 'of the live generation failed'),
    noteOn(gone, 'of the live generation are gone'),
    noteOn(misread, 'came back otherwise when looked up'),
  ];
  return {
    name: 'coverage',
    passed: isWhole,
    value,
    floor: 1,
    detail: parts.filter((part) => part !== '').join('; '),
  };
}

/** Names that a line has room for. */
const named = 3;

/** How many documents something is true of, with the first few of them; empty for none. */
export function noteOn({ count, samples }: Noted, what: string): string {
  if (count === 0) return '';
  const shown = samples.slice(0, named).map(({ documentId, detail }) => `${documentId}: ${detail}`);
  const more = count > shown.length ? ` and ${count - shown.length} more` : '';
  return `${countOf(count, 'document')} ${what} (${shown.join(', ')}${more})`;
}

function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
