import { chmod, mkdir, mkdtemp, rename, rm, symlink, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DocumentId, ScanEvent, Source, SourceLocation } from '@winnow/core';
import { mayMount, mountDeadDrive, mountDrive } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { itemsOf, scanAll, uncoveredIn } from '../test-scan.ts';
import { createFolderSource } from './folder-source.ts';
import { unprivileged, writeFiles } from './test-file-system.ts';

const { signal } = new AbortController();
let parent: string;
let root: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'winnow-troubles-'));
  root = join(parent, 'root');
  await mkdir(root);
  await chmod(parent, 0o755);
});
afterEach(() => rm(parent, { recursive: true, force: true }));

describe('permissions in a folder', () => {
  it('of 40 documents whose sub-folder cannot be opened: lists 20, and the other 20 are uncovered', async () => {
    await files(...numbered('open', 20), ...numbered('shut', 20));
    await chmod(join(root, 'shut'), 0);
    const events = await unprivileged(() => scanAll(source()));
    expect(itemsOf(events)).toHaveLength(20);
    expect(itemsOf(events).every(({ kind }) => kind === 'document')).toBe(true);
    expect(uncoveredIn(events)).toEqual([{ prefix: 'shut/', reason: 'permission denied (EACCES)' }]);
    expect(await goneIn(numbered('shut', 20))).toEqual([]);
    await chmod(join(root, 'shut'), 0o755);
    expect(await scanAll(source())).toHaveLength(40);
  });

  it('say so once for a sub-folder whose names can be seen, but not what they name', async () => {
    await files('a.md', ...numbered('shut', 3), 'shut/deeper/x.md', 'z.md');
    await chmod(join(root, 'shut'), 0o444);
    const events = await unprivileged(() => scanAll(source()));
    expect(events.map(nameOf)).toEqual(['a.md', 'shut/', 'z.md']);
    expect(await goneIn(numbered('shut', 3))).toEqual([]);
  });

  it('name the place in NFC, as ids do', async () => {
    await files('u\u0308/a.md', 'b.md');
    await chmod(join(root, 'u\u0308'), 0);
    const events = await unprivileged(() => scanAll(source()));
    expect(uncoveredIn(events)).toMatchObject([{ prefix: '\u00fc/' }]);
  });

  it('of a file are its own failure, when it is listed and when it is read', async () => {
    await files('a.md', 'b.md', 'real/c.md');
    await symlink('real/c.md', join(root, 'c.md'));
    await chmod(join(root, 'a.md'), 0);
    await chmod(join(root, 'real'), 0);
    const events = await unprivileged(() => scanAll(source()));
    expect(events).toMatchObject([
      { kind: 'unreadable', documentId: 'a.md', reason: { code: 'unreadable' } },
      { kind: 'document', documentId: 'b.md' },
      { kind: 'unreadable', documentId: 'c.md' },
      { kind: 'uncovered', prefix: 'real/' },
    ]);
    const error = await unprivileged(() => errorOf(read('a.md')));
    expect(error).toMatchObject({ code: 'failed_precondition', part: null });
    expect(await unprivileged(() => source().isGone('a.md' as DocumentId, {}, signal))).toBe(false);
  });

  it.each([0, 0o444])('%o of the folder itself refuse the source', async (mode) => {
    await files('a.md');
    await chmod(root, mode);
    await unprivileged(async () => {
      const refused = { code: 'failed_precondition', part: 'source' };
      expect(await errorOf(scanAll(source()))).toMatchObject(refused);
      expect(await errorOf(source().check(signal))).toMatchObject(refused);
      expect(await errorOf(read('a.md'))).toMatchObject({ code: 'unavailable', part: 'source' });
      expect(await source().isGone('a.md' as DocumentId, { path: 'a.md' }, signal)).toBe(false);
    });
  });
});

describe('a folder that is taken away', () => {
  it('while it is listed: stops as unavailable rather than to list nothing more', async () => {
    await files(...numbered('a', 3), ...numbered('b', 3));
    const scan = source().scan({ after: null, signal })[Symbol.asyncIterator]();
    await scan.next();
    await rename(root, `${root}-away`);
    expect(await errorOf(scan.next())).toMatchObject({ code: 'unavailable', part: 'source' });
  });

  it('and leaves an empty one, as an unmounted drive does: nothing is gone and nothing has failed', async () => {
    await files('a.md', 'b.md');
    const scan = source().scan({ after: null, signal })[Symbol.asyncIterator]();
    const { value: first } = await scan.next();
    await rename(root, `${root}-away`);
    await mkdir(root);
    expect(await errorOf(scan.next())).toMatchObject({ code: 'unavailable', part: 'source' });
    expect(await goneIn(['a.md', 'b.md'])).toEqual([]);
    expect(await errorOf(read('a.md'))).toMatchObject({ code: 'unavailable', part: 'source' });
    const after = first.cursor;
    for (const ask of [
      () => scanAll(source()),
      () => scanAll(source(), after),
      () => source().check(signal),
    ]) {
      expect(await errorOf(ask())).toMatchObject({ code: 'failed_precondition', part: 'source' });
    }
    await rm(root, { recursive: true });
    expect(await errorOf(read('a.md'))).toMatchObject({ code: 'unavailable', part: 'source' });
    expect(await goneIn(['a.md'])).toEqual([]);
  });

  it('in part, while it is listed: what was below is uncovered', async () => {
    await files('a.md', ...numbered('b', 3), 'b/deep/x.md', 'c.md');
    const events: ScanEvent[] = [];
    for await (const event of source().scan({ after: null, signal })) {
      events.push(event);
      if (nameOf(event) === 'b/01.md') await rm(join(root, 'b'), { recursive: true });
    }
    expect(events.map(nameOf)).toEqual(['a.md', 'b/01.md', 'b/', 'c.md']);
  });

  it('leaves out one file that was deleted while its folder was listed', async () => {
    await files('a.md', 'b.md', 'c.md');
    const events: ScanEvent[] = [];
    for await (const event of source().scan({ after: null, signal })) {
      events.push(event);
      if (nameOf(event) === 'a.md') await rm(join(root, 'b.md'));
    }
    expect(events.map(nameOf)).toEqual(['a.md', 'c.md']);
    expect(await goneIn(['a.md', 'b.md', 'c.md', 'never/was.md'])).toEqual(['b.md', 'never/was.md']);
  });

  it.skipIf(!mayMount)('by a drive that is mounted over it: says so at the end', async () => {
    await files('a.md');
    const scan = source().scan({ after: null, signal })[Symbol.asyncIterator]();
    await scan.next();
    const unmount = mountDrive(root);
    try {
      expect(await errorOf(scan.next())).toMatchObject({ code: 'unavailable', part: 'source' });
    } finally {
      unmount();
    }
  });
});

describe('a place in the folder with nothing left in it', () => {
  const empty = { prefix: 'drive/', reason: expect.stringContaining('the folder is empty') };

  it('may be that of an unmounted drive: nothing there is gone, whatever is known of where it was', async () => {
    await files('a.md', ...numbered('drive', 3), 'drive/deep/er/x.md');
    await emptied('drive');
    const paths = [...numbered('drive', 3), 'drive/deep/er/x.md', 'drive/old.zip'];
    expect(await goneIn(paths)).toEqual([]);
    for (const path of paths) {
      expect(await lost(path)).toEqual(empty);
      expect(await lost(path, {})).toEqual(empty);
    }
    expect(await isGone('drive/01.md', {})).toBe(false);
    expect(await isGone('drive/old.zip/x.md', { path: 'drive/old.zip', member: 'x.md' })).toBe(false);
  });

  it('is that of files that were deleted, if it has changed since they were there', async () => {
    await files('a.md', 'drive/x.md', 'kept/y.md');
    await emptied('drive', 'kept');
    await utimes(join(root, 'kept'), 1, 1);
    const before = new Date(Date.now() - 60_000).toISOString();
    const ofFile = (path: string) =>
      [path as DocumentId, { path }, signal, before] as const satisfies Parameters<Source['isGone']>;
    expect(await source().isGone(...ofFile('drive/x.md'))).toBe(true);
    expect(await source().lostPlace?.(...ofFile('drive/x.md'))).toBeNull();
    expect(await source().isGone(...ofFile('kept/y.md'))).toBe(false);
    expect(await source().lostPlace?.(...ofFile('kept/y.md'))).toMatchObject({ prefix: 'kept/' });
  });

  it('is named where it is, and not the folders above that hold something', async () => {
    await files('a/b/c/x.md', 'a/b/d/y.md', 'a/z.md');
    await emptied('a/b/c');
    await rm(join(root, 'a/z.md'));
    await rm(join(root, 'a/b/d'), { recursive: true });
    expect(await goneIn(['a/b/c/x.md', 'a/b/d/y.md', 'a/z.md'])).toEqual(['a/b/d/y.md', 'a/z.md']);
    expect(await lost('a/b/c/x.md')).toMatchObject({ prefix: 'a/b/c/' });
    expect(await lost('a/b/d/y.md')).toBeNull();
    await emptied('a');
    expect(await lost('a/b/d/y.md')).toMatchObject({ prefix: 'a/' });
  });

  it('is named as ids are', async () => {
    await files('u\u0308/a.md', 'b.md');
    await emptied('u\u0308');
    expect(
      await source().lostPlace?.('\u00fc/a.md' as DocumentId, { path: 'u\u0308/a.md' }, signal),
    ).toMatchObject({
      prefix: '\u00fc/',
    });
    expect(await lost('\u00fc/a.md', {})).toMatchObject({ prefix: '\u00fc/' });
  });

  it('may be a link to a drive that is not mounted', async () => {
    await files('a.md', 'drive/x.md');
    await rm(join(root, 'drive'), { recursive: true });
    await symlink(join(parent, 'away/drive'), join(root, 'drive'));
    expect(await goneIn(['drive/x.md', 'drive/deep/y.md'])).toEqual([]);
    const dangling = { prefix: 'drive/', reason: expect.stringContaining('the link leads to nothing') };
    expect(await lost('drive/deep/y.md')).toEqual(dangling);
    expect(await lost('drive/deep/y.md', {})).toEqual(dangling);
  });

  it('is proved gone once the folder itself is deleted, or holds anything else', async () => {
    await files('a.md', 'drive/x.md', 'other/y.md');
    await emptied('drive', 'other');
    await rm(join(root, 'drive'), { recursive: true });
    await files('other/.hidden');
    expect(await goneIn(['drive/x.md', 'other/y.md'])).toEqual(['drive/x.md', 'other/y.md']);
    expect([await lost('drive/x.md'), await lost('other/y.md'), await lost('other/y.md', {})]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('holds nothing back that the settings no longer take, and nothing that is still there', async () => {
    await files('a.md', 'drive/x.md', 'out/y.md');
    await emptied('drive', 'out');
    const narrow = createFolderSource({ kind: 'folder', path: root, include: ['**/*.md'], exclude: ['out'] });
    expect(await goneIn(['drive/x.md', 'drive/x.txt', 'out/y.md'], narrow)).toEqual([
      'drive/x.txt',
      'out/y.md',
    ]);
    expect(await narrow.lostPlace?.('out/y.md' as DocumentId, { path: 'out/y.md' }, signal)).toBeNull();
    expect(await lost('a.md')).toBeNull();
  });

  it('goes without a word in a listing, which cannot tell whether documents were there', async () => {
    await files('a.md', 'never/x.md');
    await emptied('never');
    expect((await scanAll(source())).map(nameOf)).toEqual(['a.md']);
  });

  it.skipIf(!mayMount)('is what an unmounted drive leaves', async () => {
    await files('a.md');
    await mkdir(join(root, 'drive'));
    const unmount = mountDrive(join(root, 'drive'));
    try {
      await files('drive/x.md');
      expect((await scanAll(source())).map(nameOf)).toEqual(['a.md', 'drive/x.md']);
    } finally {
      unmount();
    }
    expect(await goneIn(['drive/x.md'])).toEqual([]);
    expect(await lost('drive/x.md')).toEqual(empty);
  });
});

describe('a drive that fails', () => {
  it.skipIf(process.platform !== 'linux')('leaves a file uncovered that gives EIO', async () => {
    const memory = createFolderSource({ kind: 'folder', path: '/proc/self', include: ['mem'], exclude: [] });
    expect(await scanAll(memory)).toEqual([
      { kind: 'uncovered', prefix: 'mem', reason: expect.stringContaining('EIO') },
    ]);
    const error = await errorOf(memory.read('mem' as DocumentId, { path: 'mem' }, signal));
    expect(error).toMatchObject({ code: 'unavailable', part: 'source' });
  });

  it.skipIf(!mayMount)(
    'leaves a sub-folder uncovered, and none of its documents fails or is gone',
    async () => {
      await files('a.md', 'drive/b.md', 'z.md');
      const unmount = mountDeadDrive(join(root, 'drive'));
      try {
        const events = await scanAll(source());
        expect(events.map(nameOf)).toEqual(['a.md', 'drive/', 'z.md']);
        expect(uncoveredIn(events)[0]?.reason).toContain('ENOTCONN');
        expect(await errorOf(read('drive/b.md'))).toMatchObject({ code: 'unavailable', part: 'source' });
        expect(await goneIn(['drive/b.md', 'drive/c.md'])).toEqual([]);
      } finally {
        unmount();
      }
    },
  );

  it.skipIf(!mayMount)('and holds the whole folder makes the source unavailable', async () => {
    const unmount = mountDeadDrive(root);
    try {
      for (const ask of [() => scanAll(source()), () => source().check(signal), () => read('a.md')]) {
        expect(await errorOf(ask())).toMatchObject({ code: 'unavailable', part: 'source' });
      }
      expect(await goneIn(['a.md'])).toEqual([]);
    } finally {
      unmount();
    }
  });

  it.skipIf(!mayMount)('while it is listed: stops as unavailable', async () => {
    await files('a.md', 'b.md');
    const scan = source().scan({ after: null, signal })[Symbol.asyncIterator]();
    await scan.next();
    const unmount = mountDeadDrive(root);
    try {
      expect(await errorOf(scan.next())).toMatchObject({ code: 'unavailable', part: 'source' });
    } finally {
      unmount();
    }
  });
});

describe('settings that change', () => {
  it('make documents gone that they no longer take, also by a folder above', async () => {
    await files('a.md', 'b.txt', 'old/c.md', 'node_modules/d.md');
    const narrow = createFolderSource({ kind: 'folder', path: root, include: ['**/*.md'], exclude: ['old'] });
    expect(await goneIn(['a.md', 'b.txt', 'old/c.md', 'node_modules/d.md'], narrow)).toEqual([
      'b.txt',
      'old/c.md',
      'node_modules/d.md',
    ]);
  });
});

function source(): Source {
  return createFolderSource({ kind: 'folder', path: root, include: ['**/*'], exclude: [] });
}

function files(...paths: string[]): Promise<void> {
  return writeFiles(
    root,
    paths.map((path) => [path, path] as const),
  );
}

function numbered(folder: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${folder}/${`${at + 1}`.padStart(2, '0')}.md`);
}

function read(path: string) {
  return source().read(path as DocumentId, { path }, signal);
}

async function emptied(...folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    await rm(join(root, folder), { recursive: true });
    await mkdir(join(root, folder));
  }
}

async function lost(path: string, location: SourceLocation = { path }) {
  return await source().lostPlace?.(path as DocumentId, location, signal);
}

function isGone(documentId: string, location: SourceLocation): Promise<boolean> {
  return source().isGone(documentId as DocumentId, location, signal);
}

/** Of documents that a scan did not list, those that the source says are gone. */
async function goneIn(paths: readonly string[], asked = source()): Promise<string[]> {
  return await unprivileged(async () => {
    const gone: string[] = [];
    for (const path of paths) {
      if (await asked.isGone(path as DocumentId, { path }, signal)) gone.push(path);
    }
    return gone;
  });
}

function nameOf(event: ScanEvent): string {
  return event.kind === 'uncovered' ? event.prefix : event.documentId;
}

async function errorOf(trouble: Promise<unknown>): Promise<unknown> {
  return await trouble.then(
    () => 'no error',
    (error: unknown) => error,
  );
}
