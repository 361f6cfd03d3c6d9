import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, randomOf } from '@winnow/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CallError } from '../scene/call-error.ts';
import { createFolderWorld } from '../world/folder-world.ts';
import { pageChunks } from '../world/page.ts';
import { createHistory } from './history.ts';
import { createJudge, type Judge } from './judge.ts';
import { startReader } from './reader.ts';

/** A world of one page that is at version 4 by now, and a judge of what is seen of it. */
async function court() {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-judge-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const world = await createFolderWorld(folder, randomOf(1));
  const [documentId = ''] = await world.edit({ created: 1 });
  for (let edits = 0; edits < 3; edits += 1) await world.edit({ changed: 1 });
  const word = world.pages.get(documentId)?.page.word ?? '';
  const history = createHistory();
  const judge = createJudge(world, history);
  const found = (texts: readonly string[]) => judge.document('a view', documentId, texts, judge.before());
  const shown = (state: string, revision: number, texts: readonly string[]) =>
    judge.shown('a view', documentId, { state, revision, texts }, judge.before());
  const chunks = (version: number, parts = 3) => pageChunks({ word, version, parts });
  return { world, history, judge, documentId, found, shown, chunks };
}

type Court = Awaited<ReturnType<typeof court>>;

describe('a judge', () => {
  it('is content with whole documents that grow newer, go, and come again', async () => {
    const { history, found, shown, chunks, world } = await court();
    found([]);
    found(chunks(1));
    found(chunks(1));
    shown('pending', 3, chunks(3));
    found(chunks(4));
    await world.edit({ removed: 1 });
    found([]);
    shown('deleted', 5, []);
    shown('deleted', 5, []);
    expect(history.violations).toEqual([]);
  });

  it('knows that another generation counts revisions anew and has never heard of what was deleted before', async () => {
    const { history, judge, documentId, shown, chunks, world } = await court();
    shown('live', 4, chunks(4));
    const early = judge.before();
    const over = judge.switching();
    shown('live', 1, chunks(4));
    over(true);
    judge.shown('a view', documentId, { state: 'live', revision: 1, texts: chunks(4) }, early);
    shown('live', 1, chunks(4));
    await world.edit({ removed: 1 });
    shown('deleted', 2, []);
    judge.switching()(true);
    judge.unknown('a view', documentId, judge.before());
    expect(history.violations).toEqual([]);
  });

  it.each<[string, string, (at: Court) => void]>([
    ['half of a document', 'I3', ({ found, chunks }) => found(chunks(1).slice(1))],
    [
      'a chunk that is there twice',
      'I3',
      ({ found, chunks }) => found([...chunks(1), ...chunks(1).slice(2)]),
    ],
    [
      'two versions at once',
      'I3',
      ({ found, chunks }) => found([...chunks(1).slice(0, 2), ...chunks(2).slice(2)]),
    ],
    [
      'two versions of a document among others',
      'I3',
      ({ judge, chunks }) => judge.mixture('a view', [...chunks(1), ...chunks(2).slice(1)], judge.before()),
    ],
    ['an older version after a newer one', 'I4', ({ found, chunks }) => [found(chunks(3)), found(chunks(2))]],
    ['a version that was never written', 'I4', ({ found, chunks }) => found(chunks(5))],
    ['nothing where something was', 'I3', ({ found, chunks }) => [found(chunks(4)), found([])]],
    [
      'a document that comes back from the dead',
      'I4',
      ({ found, shown, chunks }) => [found(chunks(3)), shown('deleted', 4, []), found(chunks(3))],
    ],
    [
      'an entry that goes back',
      'I4',
      ({ shown, chunks }) => [shown('live', 4, chunks(4)), shown('live', 3, chunks(4))],
    ],
    [
      'an entry that is lost',
      'I1',
      ({ judge, shown, chunks, documentId }) => {
        shown('live', 4, chunks(4));
        judge.unknown('a view', documentId, judge.before());
      },
    ],
    [
      'an older version after a switch',
      'I4',
      ({ judge, found, shown, chunks }) => {
        found(chunks(4));
        judge.switching()(true);
        shown('live', 1, chunks(3));
      },
    ],
    [
      'nothing after a switch where something was',
      'I3',
      ({ judge, found, chunks, documentId }) => {
        found(chunks(4));
        judge.switching()(true);
        judge.unknown('a view', documentId, judge.before());
      },
    ],
    [
      'an entry that goes back though a switch was refused',
      'I4',
      ({ judge, shown, chunks }) => {
        shown('live', 4, chunks(4));
        judge.switching()(false);
        shown('live', 3, chunks(4));
      },
    ],
  ])('notices %s', async (_, guarantee, see) => {
    const at = await court();
    see(at);
    expect(at.history.violations).toMatchObject([{ guarantee }]);
  });

  it('knows that a slow answer may be older than one that was asked for later', async () => {
    const { history, judge, documentId, found, chunks } = await court();
    const before: ReturnType<Judge['before']> = judge.before();
    found(chunks(3));
    judge.document('a view', documentId, chunks(2), before);
    expect(history.violations).toEqual([]);
  });
});

describe('a reader', () => {
  it.each([
    ['sits out', 'unavailable', 0],
    ['notices', 'internal', 1],
  ] as const)('%s an answer of %s', async (_, code, violations) => {
    const { world, history } = await court();
    const fail = () => Promise.reject(new CallError(code, 'it says'));
    const view = { name: 'a view', pauseMs: 1, search: fail, document: fail, isUp: () => true };
    const reader = startReader([view], { world, history, random: randomOf(1) });
    await eventually(() => expect(history.outcomes.get(code)).toBeGreaterThan(1));
    await reader.stop();
    expect(Math.min(1, history.violations.length)).toBe(violations);
  });
});
