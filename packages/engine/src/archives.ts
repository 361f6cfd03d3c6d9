import { resolve } from 'node:path';
import type { ArchiveCounts, ArchiveProgress, ModelLook, MovedSource, RestorePorts } from '@winnow/archive';
import { AppError, type Corpus, type Embedder } from '@winnow/core';
import { type IngestPorts, requireFitting } from '@winnow/ingestion';
import { resolveModel } from '@winnow/models';
import { detectSourceKind } from '@winnow/sources';
import type { RunReport } from './engine-runs.ts';
import type { Models } from './models/models.ts';
import { requireWholeCorpus } from './require-corpus.ts';
import type { EngineRunsOfProcess } from './runs.ts';

/** Corpora as files: everything that was paid for is in them, so that bringing them back calls no model. */
export interface EngineArchives {
  /**
   * Writes a corpus to a file, whole or not at all; one that is there is replaced. The same corpus gives the same
   * bytes. Documents that cannot be archived are named in the report.
   */
  write(name: string, path: string, options: ArchiveOptions, signal: AbortSignal): Promise<ArchiveReport>;
  /**
   * Makes a corpus of a file; see `restoreArchive` (packages/archive) for what it refuses, and how one that was broken
   * off goes on.
   */
  restore(path: string, options: RestoreOptions, signal: AbortSignal): Promise<RestoreReport>;
}

interface ArchiveOptions {
  readonly onProgress?: (progress: ArchiveProgress) => void;
}

export interface ArchiveReport {
  readonly corpus: string;
  readonly file: string;
  readonly counts: ArchiveCounts;
  readonly sha256: string;
  /** Documents that are not in it: chunks of them are lost, or their first version was not searchable yet. */
  readonly omitted: { readonly damaged: readonly string[]; readonly unfinished: readonly string[] };
}

interface RestoreOptions {
  /** Name of the corpus; that which it had if not given. */
  readonly as?: string;
  /** Sources that are in another place now. The name may be left out where the archive has one source only. */
  readonly sources?: readonly { readonly path: string; readonly name?: string }[];
  readonly onProgress?: (progress: ArchiveProgress) => void;
}

export interface RestoreReport {
  readonly corpus: string;
  readonly corpusId: string;
  readonly run: RunReport;
  readonly counts: ArchiveCounts;
  /** What does not work as it did, and what to do about it. */
  readonly warnings: readonly string[];
  /** Documents that the index refused; they are in the inbox. */
  readonly refused: readonly string[];
}

export interface ArchivesPorts {
  readonly ingest: IngestPorts;
  readonly models: Models;
  readonly runs: Pick<EngineRunsOfProcess, 'report'>;
}

export function createEngineArchives({ ingest, models, runs }: ArchivesPorts): EngineArchives {
  const { store, log, now, making } = ingest;
  return {
    async write(name, path, options, signal) {
      const corpus = await requireWholeCorpus(store, name);
      const { writeArchive } = await archiving();
      const { counts, sha256, omitted } = await writeArchive({ store, log }, corpus, path, options, signal);
      return { corpus: corpus.name, file: resolve(path), counts, sha256, omitted };
    },
    async restore(path, { as, sources = [], onProgress }, signal) {
      const ports = {
        store,
        analysis: making.analysis,
        lookAtModel: (generation: GenerationModel) => lookAtModel(models, generation),
        now,
        log,
      };
      const { restoreArchive } = await archiving();
      const restored = await restoreArchive(
        ports,
        path,
        {
          moved: await movedSources(sources),
          ...(as !== undefined && { as }),
          ...(onProgress !== undefined && { onProgress }),
        },
        signal,
      );
      const { corpus, run, counts, warnings, refused } = restored;
      return {
        corpus: corpus.name,
        corpusId: corpus.corpusId,
        run: await runs.report(run),
        counts,
        warnings: [...warnings, ...(await missingSources(ingest, corpus))],
        refused,
      };
    },
  };
}

/** Loaded where a corpus is archived or restored: other commands do neither. */
const archiving = () => import('@winnow/archive');

/** Longest look at a source: a drive may not answer. */
const checkMs = 10_000;

type GenerationModel = Parameters<RestorePorts['lookAtModel']>[0];

async function movedSources(
  sources: NonNullable<RestoreOptions['sources']>,
): Promise<readonly MovedSource[]> {
  return await Promise.all(
    sources.map(async ({ name, path }) => ({
      sourceId: name ?? null,
      settings: await detectSourceKind(path),
    })),
  );
}

/** Local models have their tokenizer on this machine; of others nothing is needed to bring their vectors back. */
async function lookAtModel(models: Models, generation: GenerationModel): Promise<ModelLook> {
  const { embedder: name } = generation;
  if (resolveModel('embedding', name).provider !== 'local') return { tokenizer: 'none', warning: null };
  try {
    const loaded = await models.load(name);
    if (loaded.kind !== 'local') return { tokenizer: 'none', warning: null };
    return { tokenizer: loaded.embedder.tokenizer, warning: misfitOf(generation, loaded.embedder) };
  } catch (thrown) {
    const { message } = AppError.from(thrown);
    return { tokenizer: 'unavailable', warning: unavailable(name, message) };
  }
}

function unavailable(name: string, message: string): string {
  return `the model ${name} cannot be had now (${message}): until it can, only searches by words work (--mode bm25). Its tokens could not be counted, so that the built-in reranker weighs all words alike: winnow ingest with --remake makes the documents anew, from the vectors that are there`;
}

/** Vectors of another version of the model are brought back all the same: what searches by words finds stays. */
function misfitOf(generation: GenerationModel, embedder: Embedder): string | null {
  try {
    requireFitting('restored', generation, embedder);
    return null;
  } catch {
    return `this Winnow has another version of ${generation.embedder} than the archive: its vectors do not compare. Searches by words work (--mode bm25); winnow reindex makes vectors anew`;
  }
}

/** What an ingest will say of sources that are not on this machine; its workers may be on another. */
async function missingSources(
  { openSource }: IngestPorts,
  { name, sources }: Corpus,
): Promise<readonly string[]> {
  const warnings: string[] = [];
  for (const { sourceId, settings } of sources) {
    try {
      await openSource(settings).check(AbortSignal.timeout(checkMs));
    } catch (thrown) {
      const { message } = AppError.from(thrown);
      warnings.push(
        `source ${sourceId} of ${name} cannot be read here (${message}): what is restored stays, and changes are seen once it can; winnow restore with --source ${sourceId}=PATH puts it elsewhere`,
      );
    }
  }
  return warnings;
}
