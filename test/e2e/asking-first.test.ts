import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { corpusOf, pages } from '../harness/corpora.ts';
import { winnow, winnowInTerminal, winnowJson } from '../harness/processes.ts';
import type { Ingested } from '../harness/reports.ts';

interface Generations {
  readonly generations: readonly { readonly generation: number }[];
}

/** A corpus with golden queries, recorded searches and a second generation that is being built. */
async function corpusWithMuch() {
  const { environment, folder } = await corpusOf(pages(4));
  await winnowJson(['ingest', 'pages'], environment);
  const golden = join(folder, 'golden.csv');
  await writeFile(golden, 'query,documentId\nthe number 1,b/1.md\n');
  await winnowJson(['golden', 'set', 'pages', golden], environment);
  await winnowJson(['corpus', 'set', 'pages', '--record-queries', 'on'], environment);
  return { environment };
}

/** A reindex that waits for a larger budget. */
async function heldReindex(environment: Readonly<Record<string, string>>): Promise<string> {
  const words = ['reindex', 'pages', '--chunk-tokens', '16', '--max-tokens', '1'];
  await winnow(words, environment);
  const { runs } = await winnowJson<{ runs: readonly Ingested[] }>(['status'], environment);
  return runs[0]?.run ?? '';
}

async function generationsOf(environment: Readonly<Record<string, string>>): Promise<readonly number[]> {
  const { generations } = await winnowJson<Generations>(['generations', 'pages'], environment);
  return generations.map(({ generation }) => generation);
}

describe('what no command brings back', () => {
  test('is not taken away without a terminal, but with --yes', async () => {
    const { environment } = await corpusWithMuch();
    const run = await heldReindex(environment);
    const refused = async (...words: readonly string[]) => {
      const { code, stdout, stderr } = await winnow(words, environment);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain('Add --yes');
      return stderr;
    };
    expect(await refused('cancel', run)).toMatch(
      /give up the reindex of pages and generation 2, which has \d+ chunk/,
    );
    expect(await refused('corpus', 'set', 'pages', '--record-queries', 'off')).toContain(
      'forget the searches',
    );
    expect(await refused('golden', 'remove', 'pages', '--json')).toContain(
      'golden queries of pages, 1 in all',
    );
    expect(await refused('corpus', 'delete', 'pages')).toContain(
      'delete pages with 4 documents and 4 chunks',
    );
    expect(await generationsOf(environment)).toEqual([1, 2]);
    expect(await winnowJson(['corpus', 'show', 'pages'], environment)).toMatchObject({
      documents: 4,
      recording: { enabled: true },
      golden: { queries: 1 },
    });

    expect(await winnowJson(['cancel', run, '--yes'], environment)).toMatchObject({ state: 'canceled' });
    await winnowJson(['corpus', 'set', 'pages', '--record-queries', 'off', '--yes'], environment);
    await winnowJson(['golden', 'remove', 'pages', '--yes'], environment);
    expect(await winnowJson(['corpus', 'show', 'pages'], environment)).toMatchObject({
      recording: { enabled: false },
      golden: null,
    });
    expect(await winnowJson(['corpus', 'delete', 'pages', '--yes'], environment)).toEqual({
      deleted: 'pages',
    });
    expect(await winnowJson(['corpus', 'list'], environment)).toEqual({ corpora: [] });
  });

  test('nor is a generation given up', async () => {
    const { environment } = await corpusOf(pages(2));
    await winnowJson(['ingest', 'pages'], environment);
    await winnowJson(['reindex', 'pages', '--chunk-tokens', '16'], environment);
    const built = await generationsOf(environment);
    const drop = ['generations', 'pages', '--drop', '2'];
    const refused = await winnow(drop, environment);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('give up generation 2 of pages, which holds 2 documents. Add --yes'),
    ]);
    expect(await generationsOf(environment)).toEqual(built);
    await winnowJson([...drop, '--yes'], environment);
    expect(await generationsOf(environment)).toEqual([1]);
  });

  test('what gives nothing up is not asked about', async () => {
    const { environment } = await corpusOf(pages(2));
    const words = ['corpus', 'set', 'pages', '--record-queries', 'off'];
    expect((await winnow(words, environment)).code).toBe(0);
    expect(await winnowJson(['golden', 'remove', 'pages'], environment)).toEqual({ removed: false });
    const absent = await winnow(['corpus', 'delete', 'absent'], environment);
    expect([absent.code, absent.stderr]).toEqual([2, expect.stringContaining('no corpus absent')]);
  });

  test.skipIf(process.platform !== 'linux')(
    'is asked about in a terminal: no means no, yes means yes',
    async () => {
      const { environment } = await corpusOf(pages(2));
      await winnowJson(['ingest', 'pages'], environment);
      const words = ['corpus', 'delete', 'pages'];
      const refused = await winnowInTerminal(words, environment, 'n\n');
      expect(refused.stdout).toContain(
        'Delete pages with 2 documents and 2 chunks? Its source stays as it is. [y/N]',
      );
      expect(refused.stdout).toContain('nothing was done');
      expect([refused.code, await winnowJson(['corpus', 'show', 'pages'], environment)]).toEqual([
        1,
        expect.objectContaining({ documents: 2 }),
      ]);
      const agreed = await winnowInTerminal(words, environment, 'y\n');
      expect([agreed.code, agreed.stdout]).toEqual([0, expect.stringContaining('corpus pages deleted')]);
    },
  );
});

test('a rename does nothing, and says what to do instead', async () => {
  const { environment } = await corpusOf(pages(1));
  const { code, stdout, stderr } = await winnow(['corpus', 'rename', 'pages', 'leaves'], environment);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('winnow archive pages pages.winnow && winnow restore pages.winnow --as leaves');
  const { corpora } = await winnowJson<{ corpora: readonly { name: string }[] }>(
    ['corpus', 'list'],
    environment,
  );
  expect(corpora.map(({ name }) => name)).toEqual(['pages']);
});
