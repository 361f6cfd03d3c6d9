import type { CorpusSource, DocumentId, DocumentKey, SourceItem } from '@winnow/core';
import { type Activity, activityOf } from './activity.ts';
import type { Examination } from './examination.ts';
import { lookAtGone, lookAtListed, type SecondResult } from './look-again.ts';
import { lookAtIndex } from './look-at-index.ts';

/** A listed item of which the manifest says something else. */
export interface ListedSuspect {
  readonly kind: 'listed';
  readonly source: CorpusSource;
  readonly item: SourceItem;
}

/** A document that no source listed. */
export interface GoneSuspect {
  readonly kind: 'gone';
  readonly documentId: DocumentId;
}

/** A document of which manifest and index say different things. */
export interface IndexedSuspect {
  readonly kind: 'indexed';
  readonly documentKey: DocumentKey;
}

type Suspect = ListedSuspect | GoneSuspect | IndexedSuspect;

/** Suspects kept until the end of the walk; of more, the oldest are looked at before. */
const maxWaiting = 10_000;
/** Suspects looked at together. */
const batchSize = 500;

export interface SecondLook {
  add(suspect: Suspect): Promise<void>;
  /** Looks at everything that waits. */
  conclude(): Promise<void>;
}

/**
 * Looks at whatever was odd once more, after everything else, when what was on its way has arrived: only what is odd
 * still, and is in nobody's hands, is a finding.
 */
export function createSecondLook(examination: Examination): SecondLook {
  const { ports, corpus, ref, startedAt, graceMs, found, signal } = examination;
  let waiting: Suspect[] = [];
  return {
    async add(suspect) {
      waiting.push(suspect);
      if (waiting.length < maxWaiting) return;
      const oldest = waiting.slice(0, maxWaiting / 2);
      waiting = waiting.slice(maxWaiting / 2);
      await lookAt(oldest);
    },
    async conclude() {
      const rest = waiting;
      waiting = [];
      await lookAt(rest);
    },
  };

  async function lookAt(suspects: readonly Suspect[]): Promise<void> {
    await inBatches(
      suspects.filter((suspect) => suspect.kind === 'listed'),
      lookAtListed,
    );
    await inBatches(
      suspects.filter((suspect) => suspect.kind === 'gone'),
      lookAtGone,
    );
    await inBatches(
      suspects.filter((suspect) => suspect.kind === 'indexed'),
      lookAtIndex,
    );
  }

  async function inBatches<Kind>(
    suspects: readonly Kind[],
    look: (examination: Examination, activity: Activity, some: readonly Kind[]) => Promise<SecondResult>,
  ): Promise<void> {
    for (let at = 0; at < suspects.length; at += batchSize) {
      signal.throwIfAborted();
      const activity = await activityOf(ports.store, corpus, ref, { startedAt, now: ports.now(), graceMs });
      found.add(await look(examination, activity, suspects.slice(at, at + batchSize)));
    }
  }
}
