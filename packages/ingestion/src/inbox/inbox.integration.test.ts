import { documentIdOf } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { malformed, openTestCorpus, type TestCorpus } from '../planning/test-corpus.ts';
import { dismissItems } from './dismiss-items.ts';
import type { InboxSelection } from './inbox-selection.ts';
import { type InboxQuery, inboxItem, listInbox } from './list-inbox.ts';
import { planRetry, retryInbox } from './retry-inbox.ts';

const { signal } = new AbortController();
let house: TestCorpus;

/** Four documents that can be searched, three that cannot be parsed, two that cannot be read. */
beforeEach(async () => {
  house = await openTestCorpus({ documents: 9 });
  for (const id of ['page-0', 'page-1', 'page-2']) house.documents.set(id, malformed);
  for (const id of ['page-3', 'page-4']) house.documents.set(id, null);
  await house.bench.ingest();
});
afterEach(() => house.close());

const list = (query: Partial<InboxQuery> = {}) =>
  listInbox(house.ports, house.corpus, { limit: 100, ...query });
const idsOf = async (query: Partial<InboxQuery> = {}) =>
  (await list(query)).items.map(({ documentId }) => documentId).sort();
const dismiss = (which: InboxSelection) => dismissItems(house.ports, house.corpus, which);
const retry = async (which: InboxSelection) => {
  const { run } = await retryInbox(house.ports, house.corpus, which);
  return await house.bench.untilEnded(run.runId);
};

describe('listInbox', () => {
  it('lists what did not get in, with its cause', async () => {
    expect(await idsOf()).toEqual(['page-0', 'page-1', 'page-2', 'page-3', 'page-4']);
    expect(await idsOf({ cause: 'malformed' })).toEqual(['page-0', 'page-1', 'page-2']);
    expect(await idsOf({ cause: 'too_large' })).toEqual([]);
    const { items } = await list({ cause: 'malformed' });
    expect(items.find(({ documentId }) => documentId === 'page-0')).toMatchObject({
      sourceId: 'main',
      cause: 'malformed',
      message: 'it ends in the middle',
      attempts: 1,
      bytes: malformed.length,
      searchable: false,
      dismissed: false,
      since: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it('gives every item once in pages of any size', async () => {
    for (const limit of [1, 2, 5]) {
      const ids: string[] = [];
      let next: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof list>> = await list({
          limit,
          ...(next !== null && { after: next }),
        });
        ids.push(...page.items.map(({ documentId }) => documentId));
        next = page.next;
      } while (next !== null);
      expect(ids.sort()).toEqual(await idsOf());
    }
  });

  it('says where an older version is found', async () => {
    house.documents.set('page-7', malformed);
    await house.bench.ingest();
    const item = await inboxItem(house.ports, house.corpus, documentIdOf('page-7'));
    expect(item).toMatchObject({ searchable: true, cause: 'malformed' });
  });
});

describe('inboxItem', () => {
  it('says that a document is not in the inbox, be it searchable or unknown', async () => {
    for (const id of ['page-7', 'nobody']) {
      const found = inboxItem(house.ports, house.corpus, documentIdOf(id));
      await expect(found).rejects.toMatchObject({ code: 'not_found' });
    }
  });
});

describe('dismissItems', () => {
  it('hides named documents, those of a cause, or all, and says how many', async () => {
    expect(await dismiss({ documentIds: ['page-0', 'page-7', 'nobody'].map(documentIdOf) })).toBe(1);
    expect(await dismiss({ documentIds: [documentIdOf('page-0')] })).toBe(0);
    expect(await idsOf()).toEqual(['page-1', 'page-2', 'page-3', 'page-4']);
    expect(await dismiss({ cause: 'malformed' })).toBe(2);
    expect(await dismiss({})).toBe(2);
    expect(await idsOf()).toEqual([]);
    expect(await inboxItem(house.ports, house.corpus, documentIdOf('page-0'))).toMatchObject({
      dismissed: true,
    });
  });

  it('keeps them hidden until they change', async () => {
    await dismiss({});
    await house.bench.ingest();
    expect(await idsOf()).toEqual([]);
    house.documents.set('page-0', `${malformed} `.trimEnd());
    house.documents.set('page-3', malformed);
    await house.bench.ingest();
    expect(await idsOf()).toEqual(['page-3']);
  });

  it('leaves alone what was changed after it was seen', async () => {
    const { manifest } = house.store;
    const store = {
      ...house.store,
      manifest: {
        ...manifest,
        async list(...query: Parameters<typeof manifest.list>) {
          const page = await manifest.list(...query);
          house.documents.set('page-0', 'Mended.');
          await house.bench.ingest();
          return page;
        },
      },
    };
    expect(await dismissItems({ ...house.ports, store }, house.corpus, { cause: 'malformed' })).toBe(2);
    expect(await house.entryOf('page-0')).toMatchObject({ state: 'live', dismissed: false });
  });

  it('refuses more names than a run has room for', async () => {
    const documentIds = Array.from({ length: 1_001 }, (_, index) => documentIdOf(`${index}`));
    await expect(dismiss({ documentIds })).rejects.toMatchObject({ code: 'invalid_argument' });
    await expect(retryInbox(house.ports, house.corpus, { documentIds })).rejects.toMatchObject({
      code: 'invalid_argument',
    });
  });
});

describe('retryInbox', () => {
  it('takes up what is selected, and nothing else', async () => {
    for (const id of ['page-0', 'page-1', 'page-2', 'page-3']) house.documents.set(id, `Mended ${id}.`);
    house.documents.set('page-20', 'New, and of no concern.');
    const named = await retry({ documentIds: ['page-0', 'page-7'].map(documentIdOf) });
    expect(named).toMatchObject({ state: 'completed', documents: { new: 1, failed: 0 } });
    expect(await idsOf()).toEqual(['page-1', 'page-2', 'page-3', 'page-4']);
    await retry({ cause: 'malformed' });
    expect(await idsOf()).toEqual(['page-3', 'page-4']);
    await retry({});
    expect(await idsOf()).toEqual(['page-4']);
    expect(await house.entryOf('page-20')).toBeUndefined();
  });

  it('leaves dismissed ones alone unless they are named', async () => {
    await dismiss({ cause: 'malformed' });
    house.documents.set('page-0', 'Mended.');
    house.documents.set('page-3', 'Mended.');
    await retry({});
    expect(await house.entryOf('page-0')).toMatchObject({ state: 'failed' });
    expect(await house.entryOf('page-3')).toMatchObject({ state: 'live' });
    await retry({ documentIds: [documentIdOf('page-0')] });
    expect(await house.entryOf('page-0')).toMatchObject({ state: 'live' });
  });

  it('says that there is nothing to retry', async () => {
    const failing = (which: InboxSelection) => expect(retryInbox(house.ports, house.corpus, which)).rejects;
    const code = 'failed_precondition';
    await failing({ cause: 'too_large' }).toMatchObject({
      code,
      message: 'there is nothing of cause too_large in the inbox of handbook',
    });
    await failing({ documentIds: [documentIdOf('page-7')] }).toMatchObject({ code });
    await dismiss({});
    await failing({}).toMatchObject({ code, message: 'there is nothing in the inbox of handbook' });
  });

  it('can be priced before, and costs what was said', async () => {
    for (const id of ['page-0', 'page-1']) house.documents.set(id, `Mended ${id}.`);
    const plan = await planRetry(house.ports, house.corpus, { cause: 'malformed' }, {}, signal);
    expect(plan).toMatchObject({ kind: 'retry', documents: { new: 2, unreadable: 1 } });
    const report = await retry({ cause: 'malformed' });
    expect(report.tokens).toBe(plan.tokens);
    await expect(
      planRetry(house.ports, house.corpus, { cause: 'too_large' }, {}, signal),
    ).rejects.toMatchObject({
      code: 'failed_precondition',
    });
  });
});
