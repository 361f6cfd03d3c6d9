import type { DocumentChanges, JobContext, JobHandler, ManifestEntry, Run, SourceItem } from '@winnow/core';
import { compareItem, revisionOfItem } from '../compare-item.ts';
import { createDocumentIdSet, type DocumentIdSet } from '../document-id-set.ts';
import { backfillJob, generationOf, laneJobs } from '../lane.ts';
import type { IngestJob, IngestJobs, IngestPorts } from '../ports.ts';
import { completeIfDone, failRun } from '../run-state.ts';

/** Documents that are compared, and written, at a time. */
const pageSize = 500;

/**
 * Compares the source with the manifest, page by page: new and changed documents become pending, leftovers
 * of earlier runs are adopted, and what a complete scan no longer lists is removed. Then all lanes start.
 * May be repeated after a crash at any point.
 */
export function createPlanHandler(ports: IngestPorts): JobHandler<IngestJobs, 'run.plan'> {
  const { store } = ports;
  return {
    async run({ runId }, context) {
      const run = await store.runs.get(runId);
      const corpus = run === null ? null : await store.corpora.get(run.corpus);
      // Where the run is running already, its lanes were started too, or reconcile will start them.
      if (run === null || corpus === null || run.state !== 'planning') {
        return { outcome: 'skipped', reason: 'run-not-planning' };
      }
      const scan = ports.openSource(corpus.settings.source).scan(context.signal);
      const changes = await planChanges(ports, run, scan, context);
      const planned = await store.runs.update(runId, (current) =>
        current.state === 'planning' ? { ...current, state: 'running', changes } : null,
      );
      if (planned.state !== 'running') return { outcome: 'skipped', reason: 'run-ended' };
      context.log.info({ event: 'run-planned', runId, ...changes });
      const isDone = await completeIfDone(ports, planned);
      return { outcome: 'done', next: isDone ? [] : firstJobs(planned) };
    },
    async giveUp({ runId }, error) {
      await failRun(ports, runId, error);
      return { outcome: 'done', reason: error.code };
    },
  };
}

function firstJobs(run: Run): readonly IngestJob[] {
  return run.backfill === undefined ? laneJobs(run) : [backfillJob(run, 0)];
}

async function planChanges(
  ports: IngestPorts,
  run: Run,
  scan: AsyncIterable<SourceItem>,
  { signal, log }: JobContext,
): Promise<DocumentChanges> {
  const listed = createDocumentIdSet();
  const changes = { new: 0, changed: 0, unchanged: 0, deleted: 0 };
  for await (const page of pagesOf(scan)) {
    const items = page.filter((item) => listed.add(item.documentId));
    if (items.length < page.length) {
      log.warn({ event: 'documents-listed-twice', runId: run.runId, count: page.length - items.length });
    }
    for (const change of await planPage(ports, run, items)) changes[change]++;
    if ((await ports.store.runs.get(run.runId))?.state !== 'planning') return changes;
  }
  await removeUnlisted(ports, run, listed, signal);
  return { ...changes, deleted: (await ports.store.manifest.tally(generationOf(run), run.runId)).deleted };
}

async function planPage(
  { store: { manifest } }: IngestPorts,
  run: Run,
  items: readonly SourceItem[],
): Promise<readonly Exclude<keyof DocumentChanges, 'deleted'>[]> {
  const ref = generationOf(run);
  const entries = await manifest.get(
    ref,
    items.map(({ documentId }) => documentId),
  );
  const compared = items.map((item) => ({
    item,
    ...compareItem(item, entries.get(item.documentId), run.runId),
  }));
  const toAccept = compared.filter(({ action }) => action === 'accept');
  const toAdopt = compared.filter(({ action }) => action === 'adopt');
  if (toAccept.length > 0) {
    await manifest.accept(
      ref,
      run.runId,
      toAccept.map(({ item }) => revisionOfItem(item)),
    );
  }
  if (toAdopt.length > 0) {
    await manifest.adopt(
      ref,
      run.runId,
      toAdopt.map(({ item }) => item.documentId),
    );
  }
  return compared.map(({ change }) => change);
}

/** Only after a complete scan: a source that breaks off has not said that the rest is gone. */
async function removeUnlisted(
  { store }: IngestPorts,
  run: Run,
  listed: DocumentIdSet,
  signal: AbortSignal,
): Promise<void> {
  const ref = generationOf(run);
  const states = ['pending', 'live', 'failed'] as const;
  let last: ManifestEntry | undefined;
  do {
    const after = last === undefined ? {} : { after: last.documentId };
    const page = await store.manifest.list(ref, { states, ...after, limit: pageSize });
    const gone = page.map(({ documentId }) => documentId).filter((documentId) => !listed.has(documentId));
    if (gone.length > 0) await store.chunks.remove(ref, run.runId, gone, signal);
    last = page.at(-1);
  } while (last !== undefined);
}

async function* pagesOf(scan: AsyncIterable<SourceItem>): AsyncGenerator<readonly SourceItem[]> {
  let page: SourceItem[] = [];
  for await (const item of scan) {
    page.push(item);
    if (page.length < pageSize) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
