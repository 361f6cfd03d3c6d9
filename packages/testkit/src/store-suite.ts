import { describe } from 'vitest';
import { describeCensus } from './store-suite/census.ts';
import { describeCommit } from './store-suite/commit.ts';
import { describeConcurrency } from './store-suite/concurrency.ts';
import { describeContents } from './store-suite/contents.ts';
import { describeCorpora } from './store-suite/corpora.ts';
import { describeCorporaUpdate } from './store-suite/corpora-update.ts';
import { describeDamage } from './store-suite/damage.ts';
import { describeDocuments } from './store-suite/documents.ts';
import { describeGenerations } from './store-suite/generations.ts';
import { describeGolden } from './store-suite/golden.ts';
import type { StoreSuiteOptions } from './store-suite/harness.ts';
import { describeManifest } from './store-suite/manifest.ts';
import { describeManifestList } from './store-suite/manifest-list.ts';
import { describeManifestOutcomes } from './store-suite/manifest-outcomes.ts';
import { describePlanner } from './store-suite/planner.ts';
import { describeQuality } from './store-suite/quality.ts';
import { describeQueryLog } from './store-suite/query-log.ts';
import { describeReading } from './store-suite/reading.ts';
import { describeRecall } from './store-suite/recall.ts';
import { describeRecallByTerms } from './store-suite/recall-by-terms.ts';
import { describeRecallFilter } from './store-suite/recall-filter.ts';
import { describeRemove } from './store-suite/remove.ts';
import { describeRuns } from './store-suite/runs.ts';
import { describeSchedules } from './store-suite/schedules.ts';
import { describeUnusualText } from './store-suite/unusual-text.ts';
import { describeUpkeep } from './store-suite/upkeep.ts';

/**
 * What every `Store` (packages/core/src/ports/store.ts) must hold to: each sentence of the port is a test here. Call it at the top level
 * of a test file.
 *
 * @param name of the adapter, for the test report.
 */
export function describeStore(name: string, options: StoreSuiteOptions): void {
  describe(`${name} as a Store`, () => {
    describeCorpora(options);
    describeCorporaUpdate(options);
    describeGenerations(options);
    describeRuns(options);
    describePlanner(options);
    describeDocumentsAndChunks(options);
    describeUpkeep(options);
    describeSchedules(options);
    describeGolden(options);
    describeQueryLog(options);
    describeQuality(options);
    describeContents(options);
  });
}

/**
 * The part of {@link describeStore} about a generation's manifest and chunks, for a store that lays out these in another
 * way and all else as one that is held to the whole.
 */
export function describeStoredDocuments(name: string, options: StoreSuiteOptions): void {
  describe(`${name} as a Store of documents`, () => describeDocumentsAndChunks(options));
}

function describeDocumentsAndChunks(options: StoreSuiteOptions): void {
  describeManifest(options);
  describeManifestOutcomes(options);
  describeManifestList(options);
  describeCommit(options);
  describeConcurrency(options);
  describeRemove(options);
  describeRecall(options);
  describeRecallByTerms(options);
  describeRecallFilter(options);
  describeUnusualText(options);
  describeReading(options);
  describeDocuments(options);
  describeCensus(options);
  describeDamage(options);
}
