import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { VerificationReport } from '@winnow/core';
import { expect, test } from 'vitest';
import { corpusOf, pages } from '../harness/corpora.ts';
import { lastJson, winnow, winnowJson } from '../harness/processes.ts';

/** A corpus that is ingested, with a folder for files beside it. */
async function ingested() {
  const made = await corpusOf(pages(5));
  await winnowJson(['ingest', 'pages'], made.environment);
  const file = (name: string) => join(made.folder, name);
  return { ...made, file };
}

test('a generation that is damaged is not passed, not promoted, and named in JSON', async () => {
  const { environment, file } = await ingested();
  await winnowJson(['reindex', 'pages', '--chunk-tokens', '64'], environment);
  const good = await winnow(['verify', 'pages', '--json', '--report', file('report.html')], environment);
  expect(good.code).toBe(0);
  expect(lastJson<VerificationReport>(good)).toMatchObject({ generation: 2, comparedWith: 1, passed: true });
  expect(await readFile(file('report.html'), 'utf8')).toContain('Generation 2 of pages');

  const database = new DatabaseSync(join(environment.WINNOW_DATA_DIR, 'winnow.db'));
  database.exec('DELETE FROM chunk_2 WHERE id = (SELECT MIN(id) FROM chunk_2)');
  database.close();
  const damaged = await winnow(['verify', 'pages', '--json'], environment);
  expect(damaged.code).toBe(1);
  const report = lastJson<VerificationReport>(damaged);
  expect(report.passed).toBe(false);
  for (const gate of report.gates) {
    expect(Object.keys(gate).sort()).toEqual(['detail', 'floor', 'name', 'passed', 'value']);
  }
  expect(report.gates.filter(({ passed }) => !passed).map(({ name }) => name)).toContain('coverage');
  const promoted = await winnow(['promote', 'pages'], environment);
  expect(promoted.code).toBe(2);
  expect(promoted.stderr).toContain('did not pass (coverage');
});

test('golden queries come and go, and a figure that falls ends with exit code 1', async () => {
  const { environment, source, file } = await ingested();
  const none = await winnow(['golden', 'show', 'pages'], environment);
  expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('winnow golden set pages PATH')]);
  const evaluated = await winnow(['quality', 'pages', '--evaluate'], environment);
  expect(evaluated.code).toBe(2);

  await writeFile(file('golden.csv'), 'query,documentId\nPage 3,b/3.md\nPage 1,b/1.md\nPage 1,gone.md\n');
  const set = await winnow(['golden', 'set', 'pages', file('golden.csv')], environment);
  expect(set.code).toBe(0);
  expect(set.stderr).toContain('1 judged document cannot be found in pages: gone.md');
  expect((await winnow(['golden', 'show', 'pages'], environment)).stdout).toContain(
    '2 queries, 3 judgements',
  );
  expect((await winnow(['quality', 'pages', '--evaluate'], environment)).code).toBe(0);

  // What the queries look for is no longer there.
  await writeFile(join(source, 'b/3.md'), '# Another\n\nThis is about the sea.\n');
  await writeFile(join(source, 'b/1.md'), '# Other\n\nThis is about the mountains.\n');
  await winnowJson(['ingest', 'pages'], environment);
  const fallen = await winnow(['quality', 'pages', '--evaluate', '--report', file('q.html')], environment);
  expect(fallen.code).toBe(1);
  expect(fallen.stderr).toMatch(/warning: \w+ ndcg@10 fell to/);
  expect(await readFile(file('q.html'), 'utf8')).toContain('fell to');

  expect(await winnowJson(['golden', 'remove', 'pages', '--yes'], environment)).toEqual({ removed: true });
  expect((await winnow(['golden', 'show', 'pages'], environment)).code).toBe(1);
});

test('settings are changed one by one, and what cannot be is refused', async () => {
  const { environment } = await corpusOf(pages(2));
  const changed = await winnow(
    ['corpus', 'set', 'pages', '--quality-margin', '0.01', '--record-queries', 'on', '--json'],
    environment,
  );
  expect(lastJson(changed)).toMatchObject({
    verification: { qualityMargin: 0.01, agreementFloor: null, vectorRecallFloor: 0.97 },
    recording: { enabled: true, days: 30 },
  });
  const told = await winnow(['corpus', 'set', 'pages', '--record-queries', 'on'], environment);
  expect(told.stderr).toContain(
    'texts of searches and questions are kept from now on, as they were typed, for 30 days',
  );
  for (const wrong of [
    [],
    ['--quality-margin', '2'],
    ['--record-queries', 'maybe'],
    ['--record-days', '0'],
  ]) {
    expect((await winnow(['corpus', 'set', 'pages', ...wrong], environment)).code).toBe(2);
  }
  expect((await winnow(['verify', 'pages', '--qrels', 'dev'], environment)).code).toBe(2);
});
