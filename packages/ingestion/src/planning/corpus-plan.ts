import type {
  CorpusId,
  CorpusName,
  DocumentChanges,
  DocumentId,
  FailureReason,
  Generation,
  PhysicalName,
  RunKind,
  RunScope,
  Sha256,
  Uncovered,
} from '@winnow/core';
import type { DocumentIdSet } from './document-id-set.ts';

/** How a document differs from the manifest, and will be dealt with for it. */
export type PlannedKind = Exclude<keyof DocumentChanges, 'unchanged'>;

/** One document that a run would do something about. */
export interface PlannedDocument {
  readonly documentId: DocumentId;
  readonly change: PlannedKind;
  /** Null for what is deleted or cannot be read. */
  readonly contentHash: Sha256 | null;
  /** Null where it is not known. */
  readonly bytes: number | null;
  /** Why it will end in the inbox, as far as that is known beforehand. */
  readonly reason?: FailureReason;
}

/** What is to be planned. */
export interface PlanOptions {
  /** `sync` if not given. */
  readonly kind?: RunKind;
  readonly scope?: RunScope;
  /** Makes anew what an older parser, chunker or analysis made. */
  readonly remake?: boolean;
  /** Of a repair: the documents that are to be made anew. */
  readonly damaged?: DocumentIdSet;
  /** As `Run.approvedDeletions`. */
  readonly approvedDeletions?: number;
  /** The live one if not given. */
  readonly generation?: Generation;
  /** Gets every planned document, page by page, while the plan is made; the next page waits for it. */
  readonly onChanges?: (changes: readonly PlannedDocument[]) => Promise<void>;
  readonly onProgress?: (progress: PlanProgressUpdate) => void;
}

/** How far a plan is. */
export interface PlanProgressUpdate {
  /** `scan`: sources are listed, compared and priced; `deletions`: what is gone is looked for. */
  readonly phase: 'scan' | 'deletions';
  /** Documents listed by the sources so far. */
  readonly listed: number;
  /** Documents read and split to be priced. */
  readonly prepared: number;
  readonly tokens: number;
}

/** What a plan comes to; plain data, and what scripts read of a plan file. */
export interface PlanSummary {
  /**
   * What would become of the documents: those that cannot be parsed count as unreadable, and as deleted only those
   * that would really go.
   */
  readonly documents: DocumentChanges;
  /** Up to five documents of each kind. */
  readonly samples: Readonly<Record<PlannedKind, readonly DocumentId[]>>;
  /** Whether every place of every source could be looked into. */
  readonly covered: boolean;
  readonly uncovered: readonly Uncovered[];
  readonly deletions: {
    /** Documents that are no longer at their source, each of them proved. */
    readonly count: number;
    /** How many of them the guard holds back: all or none. */
    readonly withheld: number;
    /** How many may go without a word. */
    readonly limit: number;
  };
  readonly chunks: {
    /** Texts that the model has to be asked for, equal ones once. */
    readonly toEmbed: number;
    /** Chunks whose vector is known, or that of another one in this plan. */
    readonly reusable: number;
    /** Of those to embed: texts whose vector is known, and whose token vectors are missing. Left out where there are none. */
    readonly forTokenVectors?: number;
  };
  /** Of the texts to embed, by the model's own tokenizer. */
  readonly tokens: number;
  readonly cost: {
    /** US dollars; null where no price is known. */
    readonly usd: number | null;
    readonly model: string;
    /** Day or month of the price list; null where nothing is to be paid, or no price is known. */
    readonly priceDate: string | null;
  };
  /** By what was measured; null where nothing was. */
  readonly estimatedSeconds: number | null;
  /** Of what would be done: see `createPlanDigest`. */
  readonly digest: Sha256;
}

export interface CorpusPlan extends PlanSummary {
  readonly corpus: CorpusName;
  readonly corpusId: CorpusId;
  readonly generation: number;
  readonly physicalName: PhysicalName;
  readonly kind: RunKind;
  readonly scope: RunScope | null;
  readonly remake: boolean;
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  /** Documents that a run would do something about, withheld deletions included. */
  readonly planned: number;
}
