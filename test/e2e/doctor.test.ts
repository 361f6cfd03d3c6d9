import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { corpusOf, pages } from '../harness/corpora.ts';
import { lastJson, winnow, winnowJson } from '../harness/processes.ts';
import type { Examined } from '../harness/reports.ts';

/** Loses a chunk of a document behind Winnow's back. */
function loseAChunk(dataDir: string, documentText: string): void {
  const database = new DatabaseSync(join(dataDir, 'winnow.db'));
  try {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE name GLOB 'chunk_*'").all();
    const table = tables.map(({ name }) => String(name)).find((name) => /^chunk_[0-9]+$/.test(name));
    database.prepare(`DELETE FROM ${table} WHERE text LIKE ?`).run(`%${documentText}%`);
  } finally {
    database.close();
  }
}

describe('winnow doctor', () => {
  test('finds nothing on an intact corpus, and ends with exit code 0', async () => {
    const { environment } = await corpusOf(pages(5));
    await winnowJson(['ingest', 'pages'], environment);
    expect(await winnowJson<Examined>(['doctor', 'pages'], environment)).toMatchObject({
      checked: { source: 5, manifest: 5, index: 5 },
      findings: [],
      repairRun: null,
    });
    expect((await winnow(['doctor', 'pages'], environment)).stdout).toContain('no findings');
  });

  test('names what differs from the source, and mends it where asked to', async () => {
    const { environment, source } = await corpusOf(pages(5));
    await winnowJson(['ingest', 'pages'], environment);
    await writeFile(join(source, 'new.md'), '# New\n\nNot known yet.\n');
    await writeFile(join(source, 'a/0.md'), '# Page 0\n\nWritten anew.\n');
    await rm(join(source, 'b/1.md'));

    const found = await winnow(['doctor', 'pages', '--json'], environment);
    expect(found.code).toBe(1);
    const { findings, repairRun } = lastJson<Examined>(found);
    expect(Object.fromEntries(findings.map(({ kind, documentId }) => [kind, documentId]))).toEqual({
      missing: 'new.md',
      stale: 'a/0.md',
      unlisted: 'b/1.md',
    });
    expect(findings.every(({ detail }) => detail.length > 0)).toBe(true);
    expect(repairRun).toBeNull();

    const mended = await winnowJson<Examined>(['doctor', 'pages', '--repair'], environment);
    expect(mended.findings).toHaveLength(3);
    expect(mended.repairRun).toMatch(/^\d{8}T/);
    expect((await winnowJson<Examined>(['doctor', 'pages'], environment)).findings).toEqual([]);
    const { runs } = await winnowJson<{ runs: { run: string; kind: string }[] }>(
      ['runs', 'pages'],
      environment,
    );
    expect(runs[0]).toMatchObject({ run: mended.repairRun, kind: 'repair' });
  });

  test('finds chunks that are lost from the index, and has them made anew', async () => {
    const { environment } = await corpusOf(pages(5));
    await winnowJson(['ingest', 'pages'], environment);
    loseAChunk(environment.WINNOW_DATA_DIR, 'The number 3 is');

    const exported = await winnow(['export', 'pages'], environment);
    expect(exported.code).toBe(1);
    expect(exported.stderr).toContain('b/3.md');
    const found = await winnow(['doctor', 'pages', '--json'], environment);
    expect(found.code).toBe(1);
    expect(lastJson<Examined>(found).findings).toMatchObject([{ documentId: 'b/3.md' }]);
    await winnowJson(['doctor', 'pages', '--repair'], environment);
    expect((await winnowJson<Examined>(['doctor', 'pages'], environment)).findings).toEqual([]);
    expect((await winnow(['export', 'pages'], environment)).code).toBe(0);
  });
});
