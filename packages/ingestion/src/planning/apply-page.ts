import type { DocumentChanges, GenerationRef, Run, SourceItem } from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import { revisionOfItem } from './classify-item.ts';
import { type ComparedItem, type Comparing, compareItems } from './compared-pages.ts';

/** What writing a page came to. */
export interface AppliedPage {
  readonly changes: Readonly<Record<Exclude<keyof DocumentChanges, 'deleted'>, number>>;
  /** Documents that the run now has to work on. */
  readonly accepted: number;
  /** Of them, those that went to the inbox at once. */
  readonly failed: number;
}

/** Times that a document whose entry changed in the meantime is compared anew. */
const maxRounds = 3;

/**
 * Writes what a page of a plan decided: each document over the very revision that it was compared with. What has
 * changed since is compared once more.
 */
export async function applyPage(
  { store }: Pick<IngestPorts, 'store'>,
  run: Run,
  comparing: Comparing,
  compared: readonly ComparedItem[],
): Promise<AppliedPage> {
  const changes = { new: 0, changed: 0, unchanged: 0, unreadable: 0, outdated: 0 };
  let accepted = 0;
  let failed = 0;
  let open = compared;
  for (let round = 0; open.length > 0 && round < maxRounds; round += 1) {
    const written = await write({ store }, comparing.ref, run, comparing, open);
    const again: SourceItem[] = [];
    for (const { item, action, change } of open) {
      if (action !== 'keep' && !written.has(item.documentId)) {
        again.push(item);
        continue;
      }
      changes[change] += 1;
      if (action === 'keep') continue;
      accepted += 1;
      if (item.kind === 'unreadable') failed += 1;
    }
    open = await compareItems(store, comparing, again);
  }
  return { changes, accepted, failed };
}

async function write(
  { store: { manifest } }: Pick<IngestPorts, 'store'>,
  ref: GenerationRef,
  { runId }: Run,
  { source }: Comparing,
  compared: readonly ComparedItem[],
): Promise<ReadonlySet<string>> {
  const toAccept = compared.filter(({ action }) => action === 'accept');
  const toAdopt = compared.flatMap(({ action, item, entry }) =>
    action === 'adopt' && item.kind === 'document' && entry !== undefined
      ? [{ documentId: item.documentId, revision: entry.revision, location: item.location }]
      : [],
  );
  const accepted =
    toAccept.length === 0
      ? []
      : await manifest.accept(
          ref,
          runId,
          toAccept.map(({ item, entry }) => revisionOfItem(item, entry, source.sourceId)),
        );
  const adopted = toAdopt.length === 0 ? [] : await manifest.adopt(ref, runId, toAdopt);
  return new Set([...accepted, ...adopted].map(({ documentId }) => documentId));
}
