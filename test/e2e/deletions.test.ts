import { chmod, mkdir, readdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { corpusOf, corpusOfRecords, pages } from '../harness/corpora.ts';
import { lastJson, winnow, winnowJson } from '../harness/processes.ts';
import type { Ingested, Plan } from '../harness/reports.ts';

describe('what an ingest deletes', () => {
  test('nothing below a folder that it may not look into, and says so', async () => {
    const { environment, source } = await corpusOf(pages(40));
    await winnowJson(['ingest', 'pages'], environment);
    await chmod(join(source, 'b'), 0o000);
    onTestFinished(() => chmod(join(source, 'b'), 0o755));
    await rm(join(source, 'a/0.md'));

    const plan = await winnow(['plan', 'pages', '--json'], environment, { canBeRefused: true });
    expect(lastJson<Plan>(plan)).toMatchObject({ covered: false, deletions: { count: 1, withheld: 0 } });
    const ended = await winnow(['ingest', 'pages', '--json'], environment, { canBeRefused: true });
    expect(ended.code).toBe(0);
    expect(lastJson<Ingested>(ended)).toMatchObject({
      state: 'completed',
      documents: { new: 0, changed: 0, unchanged: 19, deleted: 1, failed: 0 },
      uncovered: [{ prefix: 'b/' }],
    });
    expect(ended.stderr).toContain('b/ could not be looked into, so that nothing there is deleted');
    expect(await winnowJson(['corpus', 'show', 'pages'], environment)).toMatchObject({ documents: 39 });

    await chmod(join(source, 'b'), 0o755);
    expect(await winnowJson(['ingest', 'pages'], environment)).toMatchObject({
      documents: { unchanged: 39, deleted: 0 },
      uncovered: [],
    });
  });

  test('nothing in a folder that is empty or a link that leads to nothing, as of a drive that is not mounted', async () => {
    const { environment, source, folder } = await corpusOf(pages(12));
    await mkdir(join(source, 'never'));
    await winnowJson(['ingest', 'pages'], environment);
    await rename(join(source, 'b'), join(folder, 'b'));
    await mkdir(join(source, 'b'));
    // As old as the place that a drive was mounted over.
    await utimes(join(source, 'b'), 1, 1);
    const kept = { covered: false, deletions: { count: 0 }, uncovered: [{ prefix: 'b/' }] };
    expect(await winnowJson<Plan>(['plan', 'pages'], environment)).toMatchObject(kept);
    const ended = await winnow(['ingest', 'pages', '--json'], environment);
    expect(ended.code).toBe(0);
    expect(lastJson<Ingested>(ended)).toMatchObject({
      documents: { unchanged: 6, deleted: 0, failed: 0 },
      uncovered: [{ prefix: 'b/' }],
    });
    expect(ended.stderr).toContain(
      'nothing there is deleted: the folder is empty; if it is on a drive, is that mounted?',
    );
    expect(ended.stderr).not.toContain('never');
    const doctor = ['doctor', 'pages', '--repair'];
    expect((await winnow(doctor, environment)).stderr).toContain('b/ could not be looked into');
    expect(await winnowJson(['corpus', 'show', 'pages'], environment)).toMatchObject({ documents: 12 });

    // A generation that was built without them would take them from readers as well.
    const built = await winnowJson<Ingested>(['reindex', 'pages', '--chunk-tokens', '64'], environment);
    expect(built.uncovered).toMatchObject([{ prefix: 'b/' }]);
    const verified = await winnow(['verify', 'pages'], environment);
    expect([verified.code, verified.stdout]).toEqual([
      1,
      expect.stringContaining('6 documents of the live generation'),
    ]);

    await rm(join(source, 'b'), { recursive: true });
    await symlink(join(folder, 'nowhere/b'), join(source, 'b'));
    const linked = await winnow(['ingest', 'pages', '--json'], environment, { canBeRefused: true });
    expect(lastJson<Ingested>(linked)).toMatchObject({
      documents: { deleted: 0 },
      uncovered: [{ prefix: 'b/' }],
    });
    expect(linked.stderr).toContain('the link leads to nothing');

    await rm(join(source, 'b'));
    expect(await winnowJson(['ingest', 'pages'], environment)).toMatchObject({
      documents: { deleted: 7 },
      uncovered: [],
    });
  });

  test('what was taken out of a folder that is left empty', async () => {
    const { environment, source } = await corpusOf(pages(4));
    await winnowJson(['ingest', 'pages'], environment);
    const names = await readdir(join(source, 'b'));
    for (const name of names) await rm(join(source, 'b', name));
    expect(await winnowJson(['ingest', 'pages'], environment)).toMatchObject({
      documents: { deleted: names.length },
      uncovered: [],
    });
  });

  test('no more than the guard lets through, until somebody approves of it', async () => {
    const { environment, source } = await corpusOf(pages(40));
    await winnowJson(['ingest', 'pages'], environment);
    await rm(join(source, 'b'), { recursive: true });
    await writeFile(join(source, 'new.md'), '# New\n\nSomething new all the same.\n');

    const withheld = await winnow(['ingest', 'pages', '--json'], environment);
    expect(withheld.code).toBe(0);
    expect(lastJson<Ingested>(withheld)).toMatchObject({
      documents: { new: 1, deleted: 0 },
      deletions: { withheld: 20, limit: 10 },
    });
    expect(withheld.stderr).toContain('20 documents that are no longer at the source are kept');
    expect(withheld.stderr).toContain('winnow ingest pages --approve-deletions 20');
    expect(await winnowJson<Plan>(['plan', 'pages'], environment)).toMatchObject({
      documents: { deleted: 0 },
      deletions: { count: 20, withheld: 20, limit: 10 },
    });

    const tooFew = await winnowJson(['ingest', 'pages', '--approve-deletions', '19'], environment);
    expect(tooFew).toMatchObject({ documents: { deleted: 0 }, deletions: { withheld: 20 } });
    const approved = await winnowJson(['ingest', 'pages', '--approve-deletions', '20'], environment);
    expect(approved).toMatchObject({ documents: { deleted: 20 }, deletions: { withheld: 0 } });
    expect(await winnowJson(['corpus', 'show', 'pages'], environment)).toMatchObject({ documents: 21 });
  });

  test('as many as a corpus with a guard of its own lets through', async () => {
    const { environment, source } = await corpusOf(pages(6));
    const words = ['corpus', 'create', 'strict', '--source', source, '--language', 'en'];
    const guard = ['--delete-guard-documents', '1', '--delete-guard-share', '0.2'];
    const made = await winnowJson([...words, ...guard], environment);
    expect(made).toMatchObject({ deletionGuard: { documents: 1, share: 0.2 } });
    await winnowJson(['ingest', 'strict'], environment);
    await rm(join(source, 'a/0.md'));
    await rm(join(source, 'a/2.md'));
    expect(await winnowJson(['ingest', 'strict'], environment)).toMatchObject({
      documents: { deleted: 0 },
      deletions: { withheld: 2, limit: 1 },
    });
  });

  test('nothing for a file of records that was cut off in the middle, with a warning', async () => {
    const { environment, source, content } = await corpusOfRecords(12);
    await winnowJson(['ingest', 'pages'], environment);
    await writeFile(source, content.slice(0, content.length / 2));

    const ended = await winnow(['ingest', 'pages', '--json'], environment);
    expect(ended.code).toBe(0);
    expect(lastJson<Ingested>(ended)).toMatchObject({ state: 'completed', documents: { deleted: 0 } });
    expect(ended.stderr).toContain('warning: the source main could not be looked into');
    expect(await winnowJson(['corpus', 'show', 'pages'], environment)).toMatchObject({ documents: 12 });
  });

  test('nothing for a source that is gone, which is refused at once', async () => {
    const { environment, source } = await corpusOf(pages(4));
    await winnowJson(['ingest', 'pages'], environment);
    await rename(source, `${source}-away`);
    const ended = await winnow(['ingest', 'pages'], environment);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(source);
    expect(await winnowJson(['corpus', 'show', 'pages'], environment)).toMatchObject({
      documents: 4,
      activeRun: null,
    });
  });
});
