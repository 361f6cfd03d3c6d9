import type {
  CorpusChanges,
  CorpusSource,
  DeletionGuard,
  Fingerprints,
  Generation,
  GoldenSet,
  Language,
  Recording,
  RunId,
  SourceFields,
  VerificationSettings,
} from '@winnow/core';
import type { NewSource } from './sources/engine-sources.ts';

export interface EngineCorpora {
  /** @throws AppError `failed_precondition` if the name is taken, `not_found` for an unknown model or a missing source. */
  create(request: NewCorpus, signal: AbortSignal): Promise<CorpusSummary>;
  list(): Promise<readonly CorpusSummary[]>;
  show(name: string): Promise<CorpusSummary>;
  /** Other settings from now on. Where recording is turned off, what was recorded is forgotten. */
  change(name: string, changes: CorpusChanges): Promise<CorpusSummary>;
  /** Ends what a delete left that was broken off, too. */
  delete(name: string): Promise<void>;
}

export interface NewCorpus {
  readonly name: string;
  /** Folders, JSONL or CSV files, or `push:`; one at least. Of several, each has a name that its document ids begin with. */
  readonly sources: readonly NewSource[];
  /** Globs within folders, of sources that have none of their own; all files by default. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Which fields of records, or columns of tables, are what; of sources of which that is not said. */
  readonly fields?: SourceFields;
  /** By the language of the documents if not given. */
  readonly embedder?: string;
  readonly language?: Language;
  /** Tokens a chunk may have; the model's limit, at most 512, if not given. */
  readonly chunkTokens?: number;
  readonly deletionGuard?: Partial<DeletionGuard>;
}

export interface CorpusSummary {
  readonly name: string;
  readonly corpusId: string;
  /** Documents that can be found. */
  readonly documents: number;
  readonly pending: number;
  readonly failed: number;
  readonly chunks: number;
  readonly embedder: string;
  readonly dimensions: number;
  readonly language: Language;
  readonly chunking: Generation['chunking'];
  readonly sources: readonly CorpusSource[];
  readonly deletionGuard: DeletionGuard;
  readonly verification: VerificationSettings;
  readonly keepRetiredHours: number;
  readonly recording: Recording;
  readonly golden: GoldenSet | null;
  readonly generation: number;
  readonly fingerprints: Fingerprints;
  /** The run that is under way, if any. */
  readonly activeRun: RunId | null;
  /** Set while a delete is not at its end. */
  readonly deletingSince: string | null;
  /** Set while a restore is not at its end: since when. Nothing of it can be read before. */
  readonly restoringSince: string | null;
  readonly createdAt: string;
}
