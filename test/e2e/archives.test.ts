import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger } from '@winnow/core';
import { openEngine } from '@winnow/engine';
import { loadConfig } from '@winnow/runtime';
import { startOpenAiServer } from '@winnow/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { linesOf, multiplied } from '../harness/archives.ts';
import { handbook, manyDocuments, temporaryFolder, writeFiles } from '../harness/documents.ts';
import { fullMode } from '../harness/full-mode.ts';
import { finished, lastJson, start, winnow, winnowJson } from '../harness/processes.ts';
import type { Examined, Ingested, Plan } from '../harness/reports.ts';
import { until } from '../harness/until.ts';

interface Found {
  readonly hits: readonly {
    readonly documentId: string;
    readonly stages: Readonly<Record<string, unknown>>;
  }[];
}

interface Restored {
  readonly corpus: string;
  readonly run: { readonly run: string; readonly kind: string; readonly modelCalls: number };
  readonly counts: Readonly<Record<string, number>>;
}

const picture = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const embedder = 'text-embedding-3-small';
/** Documents of the archive whose restore is killed, and those that they are copies of: so many take a while. */
const count = 1_600;
const written = 4;

/** A handbook that a provider was paid for, with a document in the inbox, and its archive. */
async function paidHandbook() {
  const folder = await temporaryFolder();
  const provider = await startOpenAiServer({ embeddings: { models: { [embedder]: 1_536 } } });
  onTestFinished(() => provider.close());
  const model = { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: provider.baseUrl };
  const source = join(folder, 'handbook');
  await writeFiles(source, { ...handbook, 'picture.png': picture });
  const own = { ...model, WINNOW_DATA_DIR: join(folder, 'data') };
  await winnowJson(['corpus', 'create', 'handbook', '--source', source, '--embedder', embedder], own);
  await winnow(['ingest', 'handbook'], own);
  const archive = join(folder, 'handbook.winnow');
  await winnowJson(['archive', 'handbook', archive], own);
  const calls = () => provider.requests.length;
  expect(calls()).toBeGreaterThan(0);
  return { folder, source, model, own, archive, calls };
}

describe('winnow archive and winnow restore', () => {
  test('bring a corpus to the other index and back at no model call, as it was', async () => {
    const { folder, model, own, archive, calls } = await paidHandbook();
    const paid = calls();
    const full = { ...model, ...fullMode() };
    const back = { ...model, WINNOW_DATA_DIR: join(folder, 'back') };
    let file = archive;
    for (const [place, environment] of Object.entries({ full, back })) {
      const restored = await winnowJson<Restored>(['restore', file], environment);
      expect(restored).toMatchObject({
        corpus: 'handbook',
        run: { kind: 'restore', modelCalls: 0, documents: { new: 5, failed: 1, stillFailed: 1 } },
        warnings: [],
        refused: [],
      });
      expect(await winnowJson<Plan>(['plan', 'handbook'], environment)).toMatchObject({
        documents: { new: 0, changed: 0, deleted: 0, unreadable: 0, unchanged: 6, outdated: 0 },
        chunks: { toEmbed: 0 },
      });
      expect(await winnowJson<Examined>(['doctor', 'handbook'], environment)).toMatchObject({ findings: [] });
      const ingested = await winnow(['ingest', 'handbook', '--json'], environment);
      expect(lastJson<Ingested>(ingested)).toMatchObject({ documents: { unchanged: 6 }, modelCalls: 0 });
      const spent = await winnowJson<{ total: unknown }>(['costs'], environment);
      expect(spent.total).toMatchObject({ calls: 0, inputTokens: 0, usd: 0 });
      const next = join(folder, `${place}.winnow`);
      await winnowJson(['archive', 'handbook', next], environment);
      expect(await readFile(next)).toEqual(await readFile(archive));
      file = next;
      const { runs } = await winnowJson<{ runs: { kind: string; state: string }[] }>(
        ['runs', 'handbook'],
        environment,
      );
      expect(runs.at(-1)).toMatchObject({ kind: 'restore', state: 'completed' });
    }
    expect(calls()).toBe(paid);
    const words = ['search', 'handbook', 'how do I roll back a release?', '--rerank', 'none'];
    const [before, after] = [await winnowJson<Found>(words, own), await winnowJson<Found>(words, back)];
    expect(before.hits.length).toBeGreaterThan(1);
    expect(after.hits).toEqual(before.hits);
  });

  test('say on another machine that the source is not there, and take another place for it', async () => {
    const { folder, source, model, archive, calls } = await paidHandbook();
    const paid = calls();
    const moved = join(folder, 'moved');
    await rename(source, moved);
    const there = { ...model, WINNOW_DATA_DIR: join(folder, 'there') };
    const restored = await winnow(['restore', archive], there);
    expect(restored.code).toBe(0);
    expect(restored.stderr).toContain('source main of handbook cannot be read here');
    const planned = await winnow(['plan', 'handbook'], there);
    expect(planned.code).toBe(2);
    expect(planned.stderr).toContain(source);
    const again = ['restore', archive, '--as', 'moved', '--source', `main=${moved}`];
    expect((await winnow(again, there)).stderr).toBe('');
    expect(await winnowJson<Plan>(['plan', 'moved'], there)).toMatchObject({ documents: { unchanged: 6 } });
    expect(calls()).toBe(paid);
    const wrong = await winnow(['restore', archive, '--as', 'x', '--source', `wiki=${moved}`], there);
    expect(wrong).toMatchObject({ code: 2, stderr: 'winnow: the archive has no source wiki: it has main\n' });
    const taken = await winnow(['restore', archive], there);
    expect(taken).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is a corpus handbook already'),
    });
  });

  test('need no key of the provider, and none is needed to search by words', async () => {
    const { folder, archive } = await paidHandbook();
    const bare = { WINNOW_DATA_DIR: join(folder, 'bare') };
    expect((await winnow(['restore', archive], bare)).code).toBe(0);
    const byWords = ['search', 'handbook', 'roll back', '--mode', 'bm25', '--rerank', 'none'];
    expect((await winnowJson<Found>(byWords, bare)).hits[0]).toMatchObject({
      documentId: 'operations/rollback.md',
    });
  });
});

test('what was pushed is not overwritten by what is older, nor brought back where it is deleted, after a restore', async () => {
  const folder = await temporaryFolder();
  const own = { WINNOW_DATA_DIR: join(folder, 'own') };
  await writeFiles(folder, { 'a.md': 'The pump is checked every week.', 'b.md': 'The seal is kept dry.' });
  const version = (number: number) => ['--document-version', String(number)];
  const push = async (corpus: string, file: string, number: number, environment = own) => {
    const words = ['push', corpus, join(folder, file), '--id', file, ...version(number)];
    return (await winnow(words, environment)).stdout.trim();
  };
  await winnowJson(['corpus', 'create', 'sent', '--source', 'push:', '--language', 'en'], own);
  expect(await push('sent', 'a.md', 9)).toBe('a.md: live');
  expect(await push('sent', 'b.md', 8)).toBe('b.md: live');
  await winnow(['push', 'sent', '--delete', 'b.md', ...version(9)], own);
  const archive = join(folder, 'sent.winnow');
  await winnowJson(['archive', 'sent', archive], own);
  await writeFiles(folder, { 'a.md': 'The pump is checked every month.' });
  for (const environment of [own, { ...own, ...fullMode() }]) {
    await winnowJson(['restore', archive, '--as', 'again'], environment);
    expect(await push('again', 'a.md', 3, environment)).toBe('a.md: refused, older');
    expect(await push('again', 'b.md', 8, environment)).toBe('b.md: refused, older');
    const plan = await winnowJson<Plan>(['plan', 'again'], environment);
    expect(plan).toMatchObject({ documents: { new: 0, changed: 0, deleted: 0 } });
    const next = join(folder, 'next.winnow');
    await winnowJson(['archive', 'again', next], environment);
    expect((await linesOf(next)).slice(1, -1)).toEqual((await linesOf(archive)).slice(1, -1));
  }
  expect(await push('again', 'a.md', 10)).toBe('a.md: live');
});

describe.each<[string, (folder: string) => Readonly<Record<string, string>>]>([
  ['the embedded index', (folder) => ({ WINNOW_DATA_DIR: join(folder, 'target') })],
  ['Elasticsearch', fullMode],
])('a restore to %s that is killed', (_, environmentIn) => {
  test('leaves a corpus that says it is incomplete, and the same restore goes on', async () => {
    const folder = await temporaryFolder();
    const own = { WINNOW_DATA_DIR: join(folder, 'own') };
    const source = join(folder, 'units');
    await mkdir(source);
    await writeFiles(source, manyDocuments(written));
    await winnowJson(['corpus', 'create', 'units', '--source', source, '--language', 'en'], own);
    await winnowJson(['ingest', 'units'], own);
    const [small, large] = [join(folder, 'small.winnow'), join(folder, 'large.winnow')];
    await winnowJson(['archive', 'units', small], own);
    await multiplied(small, count / written, large);

    const environment = environmentIn(folder);
    const killed = start('services/cli/src/main.ts', ['restore', large], environment);
    killed.stdout?.resume();
    killed.stderr?.resume();
    await until(
      'a part is there',
      () => restoredSoFar({ ...own, ...environment }),
      (documents) => documents > 0,
    );
    killed.kill('SIGKILL');
    await once(killed, 'exit');

    const left = await winnowJson<{ documents: number; restoringSince: string | null }>(
      ['corpus', 'show', 'units'],
      environment,
    );
    expect(left.documents).toBeLessThan(count);
    expect(left.restoringSince).not.toBeNull();
    for (const words of [
      ['search', 'units', 'pump'],
      ['ingest', 'units'],
    ]) {
      const refused = await winnow(words, environment);
      expect(refused).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('corpus units is incomplete'),
      });
    }
    const other = await winnow(['restore', small], environment);
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('from another archive') });

    const restored = await winnowJson<Restored>(['restore', large], environment);
    expect(restored).toMatchObject({ counts: { searchable: count }, run: { modelCalls: 0 } });
    const { runs } = await winnowJson<{ runs: { state: string }[] }>(['runs', 'units'], environment);
    expect(runs.map(({ state }) => state)).toEqual(['completed', 'canceled']);
    const again = join(folder, 'again.winnow');
    await winnowJson(['archive', 'units', again], environment);
    expect(await linesOf(again)).toEqual(await linesOf(large));

    const stopped = start('services/cli/src/main.ts', ['archive', 'units', `${again}.2`], environment);
    const ended = finished(stopped);
    await until('it is being written', async () => existsSync(`${again}.2.partial`), Boolean);
    stopped.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect([existsSync(`${again}.2.partial`), existsSync(`${again}.2`)]).toEqual([false, false]);
  }, 300_000);
});

/**
 * A look from this process, since one of its own for each would take longer than the restore. The file of an index that
 * is just being made cannot be looked into yet.
 */
async function restoredSoFar(environment: Readonly<Record<string, string>>): Promise<number> {
  const access = { kind: 'read' } as const;
  const engine = await openEngine(loadConfig(environment), { access, log: silentLogger }).catch(() => null);
  try {
    return (await engine?.corpora.list())?.find(({ name }) => name === 'units')?.documents ?? 0;
  } finally {
    await engine?.close();
  }
}
