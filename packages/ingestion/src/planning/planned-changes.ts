import {
  type Corpus,
  type CorpusSource,
  type DocumentKey,
  type GenerationRef,
  liveRef,
  type ManifestEntry,
  makingOf,
  type Source,
  type Uncovered,
} from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import { from } from '../waiting/with-patience.ts';
import { type ComparedItem, comparedPages } from './compared-pages.ts';
import { openCorpusSource } from './corpus-source.ts';
import { addUncovered } from './deletion-guard.ts';
import type { DocumentIdSet } from './document-id-set.ts';
import { type GonePage, gonePage } from './gone-documents.ts';
import { attributed } from './scan-slice.ts';
import { type ComparedRun, classifyingFor, type Selection } from './selection.ts';

/** What is compared, and how. */
export interface ChangesQuery {
  readonly corpus: Corpus;
  readonly ref: GenerationRef;
  readonly run: ComparedRun;
  readonly selection: Selection | null;
  /** Grows with what is listed. */
  readonly listed: DocumentIdSet;
}

export interface ComparedSourcePage {
  readonly source: CorpusSource;
  /** Opened once for all its pages, since it may take reading a file's beginning. */
  readonly opened: Source;
  readonly items: readonly ComparedItem[];
  /** Everything that could not be looked into so far. */
  readonly uncovered: readonly Uncovered[];
}

/**
 * Compares everything that the sources of a corpus list with its manifest, by the very functions that a run uses,
 * and writes nothing.
 * @throws AppError of part `source` or `index`.
 */
export async function* comparedSources(
  ports: IngestPorts,
  { corpus, ref, run, selection, listed }: ChangesQuery,
  signal: AbortSignal,
): AsyncGenerator<ComparedSourcePage> {
  const making = makingOf(ports.making);
  let uncovered: readonly Uncovered[] = [];
  for (const source of corpus.sources) {
    const classifying = classifyingFor(run, { making, selection });
    const comparing = { ref, corpus, source, listed, classifying };
    const opened = openCorpusSource(ports, source);
    const pages = comparedPages(ports, comparing, { after: null, signal });
    for await (const page of attributed(pages)) {
      // Nobody takes them up in a process after this one.
      listed.added();
      uncovered = addUncovered(uncovered, page.uncovered);
      yield { source, opened, items: page.items, uncovered };
    }
  }
}

/** What a page of the manifest came to. */
export interface PlannedDeletions {
  readonly entries: readonly ManifestEntry[];
  /** Everything that could not be looked into so far. */
  readonly uncovered: readonly Uncovered[];
}

/** Documents that are no longer at a source which was looked into, each of them proved, a page at a time. */
export async function* goneDocuments(
  ports: IngestPorts,
  { corpus, ref, run, selection, listed }: ChangesQuery,
  uncovered: readonly Uncovered[],
  signal: AbortSignal,
): AsyncGenerator<PlannedDeletions> {
  let all = uncovered;
  const beside = run.kind === 'reindex' ? liveRef(corpus) : null;
  let after: DocumentKey | null = null;
  do {
    signal.throwIfAborted();
    const query = { ref, beside, corpus, listed, uncovered: all, selection };
    const page: GonePage = await from('index', gonePage(ports, query, after, signal));
    all = addUncovered(all, page.lost);
    yield { entries: page.entries, uncovered: all };
    after = page.after;
  } while (after !== null);
}
