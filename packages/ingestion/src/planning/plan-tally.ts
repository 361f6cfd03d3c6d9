import { type DocumentChanges, type DocumentId, noChanges, type Sha256 } from '@winnow/core';
import type { Classified } from './classify-item.ts';
import type { PlannedDocument, PlannedKind } from './corpus-plan.ts';
import { createPlanDigest } from './plan-digest.ts';
import { plannedChange } from './selection.ts';

/** Documents that are named of each kind. */
const maxSamples = 5;

/** Counts what is planned. */
export interface PlanTally {
  add(planned: PlannedDocument): void;
  /** Counts a document that nothing will be done about. */
  keep(change: Classified['change']): void;
  total(): {
    readonly documents: DocumentChanges;
    readonly samples: Readonly<Record<PlannedKind, readonly DocumentId[]>>;
    readonly planned: number;
    readonly digest: Sha256;
  };
}

export function createPlanTally(of: Parameters<typeof createPlanDigest>[0]): PlanTally {
  const documents: { -readonly [Kind in keyof DocumentChanges]: number } = { ...noChanges };
  const samples: Record<PlannedKind, DocumentId[]> = {
    new: [],
    changed: [],
    deleted: [],
    unreadable: [],
    outdated: [],
  };
  const digest = createPlanDigest(of);
  let planned = 0;
  return {
    add({ documentId, change, contentHash, reason }) {
      // What will end in the inbox is not new to anybody who searches.
      const kind = reason === undefined ? change : 'unreadable';
      documents[kind] += 1;
      if (samples[kind].length < maxSamples) samples[kind].push(documentId);
      digest.add(plannedChange(documentId, change, contentHash));
      planned += 1;
    },
    keep(change) {
      documents[change] += 1;
    },
    total: () => ({ documents, samples, planned, digest: digest.value() }),
  };
}
