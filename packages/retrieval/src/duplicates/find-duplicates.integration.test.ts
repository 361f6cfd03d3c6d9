import { afterEach, describe, expect, it } from 'vitest';
import { bothStores, openTestCorpus, type TestCorpus, type TestDocument } from '../test-corpus.ts';
import { duplicatesRequestSchema } from './duplicates-request.ts';
import { findDuplicates } from './find-duplicates.ts';

const { signal } = new AbortController();
const rollback =
  'To roll back a release, open the console, choose the release before it and press the button. Readers see the old ' +
  'release after the next refresh, and nothing of the new one is lost.';
const invoices = 'An invoice is due thirty days after it was sent. Reminders go out by themselves.';
const documents: readonly TestDocument[] = [
  { id: 'rollback.md', chunks: [rollback.slice(0, 80), rollback.slice(80)] },
  { id: 'archive/rollback.md', chunks: [`${rollback} (Moved.)`] },
  { id: 'copy of rollback.md', chunks: [rollback.toUpperCase()] },
  { id: 'invoices.md', chunks: [invoices] },
  { id: 'empty.md', chunks: [] },
  { id: '2023.md', chunks: ['Accounts of the year 2023 as they were approved by the board.'] },
  { id: '2024.md', chunks: ['Accounts of the year 2024 as they were approved by the board.'] },
];

let opened: TestCorpus | null = null;
afterEach(async () => {
  await opened?.close();
  opened = null;
});

async function look(least: { jaccard?: number; cosine?: number } = {}) {
  if (opened === null) throw new Error('no corpus is open');
  const { groups, ...counts } = await findDuplicates(
    opened.ports.store,
    opened.corpus,
    duplicatesRequestSchema.parse(least),
    { signal },
  );
  const named = groups.map(({ original, duplicates }) => [
    original,
    ...duplicates.map(({ documentId }) => documentId),
  ]);
  return { groups: named, found: groups, ...counts };
}

describe.each(bothStores)('findDuplicates in the %s store', (store) => {
  it('groups what says the same under the shortest id, across chunks, case and small changes', async () => {
    opened = await openTestCorpus(documents, {}, store);
    const { groups, found, ...counts } = await look();
    expect(groups).toEqual([['rollback.md', 'copy of rollback.md', 'archive/rollback.md']]);
    expect(found[0]?.duplicates[0]?.jaccard).toBe(1);
    expect(found[0]?.duplicates[1]?.jaccard).toBeLessThan(1);
    expect(counts).toEqual({ documents: 6, duplicates: 2, generation: 1 });
  });

  it('names another original once the first is gone, and no group once one is left', async () => {
    opened = await openTestCorpus(documents, {}, store);
    await opened.remove('rollback.md');
    expect((await look()).groups).toEqual([['archive/rollback.md', 'copy of rollback.md']]);
    await opened.remove('archive/rollback.md');
    expect((await look()).groups).toEqual([]);
  });

  it('keeps to the limits it is given', async () => {
    opened = await openTestCorpus(documents, {}, store);
    expect((await look({ jaccard: 1 })).groups).toEqual([['rollback.md', 'copy of rollback.md']]);
  });
});
