import { AppError, type Corpus, generationRef, liveGeneration, type Uncovered } from '@winnow/core';
import { addUncovered, isUncovered } from '../planning/deletion-guard.ts';
import { createDocumentIdSet, type DocumentIdSet } from '../planning/document-id-set.ts';
import { comparedSources } from '../planning/planned-changes.ts';
import type { IngestPorts } from '../ports.ts';
import { diagnoseIndexed, diagnoseListed } from './diagnose.ts';
import { createFound, type Examination } from './examination.ts';
import type { DoctorReport, ExamineOptions } from './finding.ts';
import { entriesInOrder, mergeByKey, versionsInOrder } from './merge-by-key.ts';
import { createSecondLook, type SecondLook } from './second-look.ts';

const defaultGraceMs = 60_000;
/** Documents between two notes of how far it is. */
const noteEvery = 1_000;

/**
 * Compares what the sources list, what the manifest says and what the index holds of a corpus' live generation, and
 * changes nothing. The sources are compared as a run compares them; then manifest and index are walked side by side in
 * order of document key. Whatever looks odd is looked at again at the end.
 *
 * In memory are one page of each list, 32 to 64 bytes for each listed and each damaged document, as in a run's plan,
 * the suspects that wait for their second look (10,000 at most) and the findings up to their bound: of a million
 * documents about 100 MB, however many of them are damaged.
 *
 * A source that cannot be looked at is reported, and manifest and index are compared without it.
 *
 * @throws AppError of part `index`; `canceled`.
 */
export async function examine(
  ports: IngestPorts,
  corpus: Corpus,
  options: ExamineOptions,
  signal: AbortSignal,
): Promise<DoctorReport> {
  const generation = liveGeneration(corpus);
  const found = createFound(options);
  const startedAt = ports.now();
  const graceMs = options.graceMs ?? defaultGraceMs;
  const ref = generationRef(corpus, generation);
  const examination: Examination = { ports, corpus, ref, startedAt, graceMs, found, signal };
  const secondLook = createSecondLook(examination);
  const note = createNotes(options);

  const listed = options.sources === false ? noSource : await examineSources(examination, secondLook, note);
  const walked = await examineIndex(examination, secondLook, listed, note);
  await secondLook.conclude();
  note.end();
  const uncovered = addUncovered(listed.uncovered, found.lost());
  return {
    corpus: corpus.name,
    generation: generation.number,
    physicalName: ref.physicalName,
    checked: { source: listed.count, ...walked },
    covered: listed.count !== null && uncovered.length === 0,
    uncovered,
    ...found.report(),
    startedAt: startedAt.toISOString(),
    finishedAt: ports.now().toISOString(),
  };
}

/** What the sources were found to have. */
interface Listed {
  /** Null where no source could be looked at. */
  readonly count: number | null;
  readonly ids: DocumentIdSet | null;
  readonly uncovered: readonly Uncovered[];
}

const noSource: Listed = { count: null, ids: null, uncovered: [] };

/** Told of each thing that is looked at. */
interface Note {
  (): void;
  end(): void;
}

async function examineSources(examination: Examination, secondLook: SecondLook, note: Note): Promise<Listed> {
  const { corpus } = examination;
  const ids = createDocumentIdSet();
  let uncovered: readonly Uncovered[] = [];
  let isAnyListed = false;
  for (const source of corpus.sources) {
    try {
      uncovered = addUncovered(uncovered, await examineSource(examination, secondLook, ids, source, note));
      isAnyListed = true;
    } catch (thrown) {
      const { sourceId } = source;
      uncovered = addUncovered(uncovered, [
        { sourceId, prefix: '', reason: requireAway(thrown, examination) },
      ]);
    }
  }
  return { count: isAnyListed ? ids.size : null, ids, uncovered };
}

/** @returns places that could not be looked into. */
async function examineSource(
  { ports, corpus, ref, signal }: Examination,
  secondLook: SecondLook,
  listed: DocumentIdSet,
  source: Corpus['sources'][number],
  note: Note,
): Promise<readonly Uncovered[]> {
  const run = { kind: 'sync', scope: null, remake: false, runId: null } as const;
  const query = { corpus: { ...corpus, sources: [source] }, ref, run, selection: null, listed };
  let uncovered: readonly Uncovered[] = [];
  for await (const page of comparedSources(ports, query, signal)) {
    uncovered = page.uncovered;
    for (const compared of page.items) {
      note();
      const { item } = compared;
      if (diagnoseListed(compared) !== null) await secondLook.add({ kind: 'listed', source, item });
    }
  }
  return uncovered;
}

/** Why a source could not be looked at; throws on what is not the source's. */
function requireAway(thrown: unknown, { signal }: Examination): string {
  signal.throwIfAborted();
  const error = AppError.from(thrown);
  if (error.part !== 'source' || error.code === 'internal') throw error;
  return error.message;
}

async function examineIndex(
  { ports: { store }, corpus, ref, signal }: Examination,
  secondLook: SecondLook,
  { ids, uncovered }: Listed,
  note: Note,
): Promise<{ readonly manifest: number; readonly index: number }> {
  // Of a source that the corpus never had nothing is known; one that was removed lists nothing.
  const known = new Set([...corpus.sources, ...corpus.removedSources].map(({ sourceId }) => sourceId));
  const checked = { manifest: 0, index: 0 };
  const merged = mergeByKey(entriesInOrder(store, ref, signal), versionsInOrder(store, ref, signal));
  for await (const { documentKey, entry, versions } of merged) {
    note();
    checked.index += versions.length;
    if (diagnoseIndexed(entry, versions).length > 0) await secondLook.add({ kind: 'indexed', documentKey });
    if (entry === undefined || entry.state === 'deleted') continue;
    checked.manifest += 1;
    const isGone =
      ids !== null &&
      known.has(entry.sourceId) &&
      !ids.has(entry.documentId) &&
      !isUncovered(entry, uncovered);
    if (isGone) await secondLook.add({ kind: 'gone', documentId: entry.documentId });
  }
  return checked;
}

function createNotes({ onProgress }: ExamineOptions): Note {
  let checked = 0;
  const note = () => {
    checked += 1;
    if (checked % noteEvery === 0) onProgress?.(checked);
  };
  return Object.assign(note, { end: () => onProgress?.(checked) });
}
