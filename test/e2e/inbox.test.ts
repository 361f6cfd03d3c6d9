import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { corpusOf, pages } from '../harness/corpora.ts';
import { lastJson, winnow, winnowJson } from '../harness/processes.ts';
import type { Inbox, Ingested } from '../harness/reports.ts';

const picture = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const pictures = { 'one.png': picture, 'two.png': Buffer.concat([picture, Buffer.of(1)]) };

describe('documents that do not get in', () => {
  test('end with exit code 1 where it is all of them, and are named by the next run too', async () => {
    const { environment } = await corpusOf(pictures);
    const first = await winnow(['ingest', 'pages', '--json'], environment);
    expect(first.code).toBe(1);
    expect(lastJson<Ingested>(first)).toMatchObject({
      state: 'completed',
      documents: { new: 0, failed: 2, stillFailed: 2 },
    });
    expect(first.stderr).toContain('2 documents are in the inbox');

    const second = await winnow(['ingest', 'pages', '--json'], environment);
    expect(second.code).toBe(0);
    expect(lastJson<Ingested>(second)).toMatchObject({ documents: { failed: 0, stillFailed: 2 } });
    expect(second.stderr).toContain('2 documents are in the inbox; winnow inbox pages says why');
    expect((await winnow(['ingest', 'pages', '--strict'], environment)).code).toBe(1);
    expect((await winnow(['search', 'pages', 'anything'], environment)).stderr).toContain(
      'no document of pages got in: winnow inbox pages says why',
    );
  });

  test('are no failure of a run that brought others in, unless it is strict', async () => {
    const { environment } = await corpusOf({ ...pages(2), ...pictures });
    const words = ['ingest', 'pages', '--json', '--strict'];
    const ended = await winnow(words, environment);
    expect(ended.code).toBe(1);
    expect(lastJson<Ingested>(ended)).toMatchObject({ documents: { new: 2, failed: 2 } });
    expect((await winnow(['ingest', 'pages'], environment)).code).toBe(0);
  });

  test('are listed with their cause, and get in when they are tried again and are mended', async () => {
    const { environment, source } = await corpusOf({ ...pages(2), ...pictures, 'three.md': picture });
    await winnowJson(['ingest', 'pages'], environment);
    const list = (...words: string[]) => winnowJson<Inbox>(['inbox', 'pages', ...words], environment);

    const { items, next } = await list();
    expect(items.map(({ documentId }) => documentId).sort()).toEqual(['one.png', 'three.md', 'two.png']);
    expect(items[0]).toMatchObject({
      cause: expect.any(String),
      attempts: 1,
      since: expect.stringMatching(/Z$/),
    });
    expect(next).toBeNull();
    expect((await list('--cause', 'unsupported_type')).items.length).toBeGreaterThan(0);
    expect((await list('--cause', 'too_large')).items).toEqual([]);
    const pageOne = await list('--limit', '2');
    const pageTwo = await list('--limit', '2', '--after', pageOne.next ?? '');
    expect([...pageOne.items, ...pageTwo.items]).toEqual(items);
    expect(await winnowJson(['inbox', 'show', 'pages', 'one.png'], environment)).toMatchObject({
      documentId: 'one.png',
      message: expect.any(String),
    });

    const again = await winnow(['inbox', 'retry', 'pages', 'one.png', '--json'], environment);
    expect(again.code).toBe(1);
    expect(lastJson<Ingested>(again)).toMatchObject({ kind: 'retry', documents: { failed: 1 } });

    await writeFile(join(source, 'one.png'), '# No longer a picture\n\nBut words.\n');
    expect(await winnowJson(['inbox', 'retry', 'pages', '--all'], environment)).toMatchObject({
      documents: { new: 1, failed: 2, stillFailed: 2 },
    });
    expect((await list()).items.map(({ documentId }) => documentId).sort()).toEqual(['three.md', 'two.png']);
  });

  test('stay away once they are dismissed, and come back when they change', async () => {
    const { environment, source } = await corpusOf({ ...pages(2), ...pictures });
    await winnowJson(['ingest', 'pages'], environment);
    expect(await winnowJson(['inbox', 'dismiss', 'pages', 'one.png'], environment)).toEqual({ dismissed: 1 });
    const words = ['inbox', 'dismiss', 'pages', '--cause', 'unsupported_type'];
    expect(await winnowJson(words, environment)).toEqual({ dismissed: 1 });
    expect(await winnowJson<Inbox>(['inbox', 'pages'], environment)).toMatchObject({ items: [] });
    expect((await winnow(['ingest', 'pages', '--strict'], environment)).code).toBe(0);

    await writeFile(join(source, 'one.png'), Buffer.concat([picture, Buffer.of(7)]));
    await rm(join(source, 'two.png'));
    const ended = await winnow(['ingest', 'pages', '--strict', '--json'], environment);
    expect(ended.code).toBe(1);
    const { items } = await winnowJson<Inbox>(['inbox', 'pages'], environment);
    expect(items.map(({ documentId }) => documentId)).toEqual(['one.png']);
  });

  test.each([
    [['retry', 'pages'], 'say which documents'],
    [['dismiss', 'pages', 'a.md', '--all'], '--all goes with nothing else'],
    [['retry', 'pages', '--cause', 'bad_mood'], 'there is no cause bad_mood: it is one of unreadable'],
    [['retry', 'pages', '--all'], 'there is nothing in the inbox of pages'],
    [['show', 'pages', 'a/0.md'], 'a/0.md is not in the inbox of pages'],
  ])('winnow inbox %j is refused with what is allowed', async (words, message) => {
    const { environment } = await corpusOf(pages(1));
    const ended = await winnow(['inbox', ...words], environment);
    expect(ended.stderr).toContain(message);
    expect(ended.code).toBe(2);
  });
});
