import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { corpusOf, pages } from '../harness/corpora.ts';
import { writeFiles } from '../harness/documents.ts';
import { lastJson, winnow, winnowJson } from '../harness/processes.ts';
import type { Ingested, Plan } from '../harness/reports.ts';

const picture = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

describe('winnow plan', () => {
  test('says what an ingest would do and cost, at a price of one’s own, and does nothing of it', async () => {
    const { environment, folder, source } = await corpusOf({ ...pages(6), 'picture.png': picture });
    const prices = join(folder, 'prices.json');
    const model = 'all-MiniLM-L6-v2';
    await writeFile(prices, JSON.stringify({ [model]: { usdPerMillionInputTokens: 2 } }));
    const priced = { ...environment, WINNOW_PRICES: prices };
    const plan = await winnowJson<Plan>(['plan', 'pages'], priced);
    expect(plan).toMatchObject({
      documents: { new: 6, changed: 0, unchanged: 0, deleted: 0, unreadable: 1 },
      covered: true,
      deletions: { count: 0, withheld: 0, limit: 10 },
      chunks: { toEmbed: 6, reusable: 0 },
      cost: { model },
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(plan.cost.usd).toBeCloseTo((plan.tokens * 2) / 1e6, 12);
    expect(await winnowJson(['corpus', 'show', 'pages'], environment)).toMatchObject({
      documents: 0,
      pending: 0,
      failed: 0,
    });

    const { stdout } = await winnow(['plan', 'pages'], priced);
    expect(stdout).toMatch(/new +│ +6 │ a\/0\.md, /);
    expect(stdout).toContain('6 chunks');
    expect(stdout).toContain(`(${model}`);

    await winnowJson(['ingest', 'pages'], environment);
    await writeFile(join(source, 'a/0.md'), '# Page 0\n\nWritten anew.\n');
    await rm(join(source, 'b/1.md'));
    expect(await winnowJson<Plan>(['plan', 'pages'], environment)).toMatchObject({
      documents: { new: 0, changed: 1, unchanged: 5, deleted: 1 },
      chunks: { toEmbed: 1 },
      cost: { usd: 0 },
    });
  });

  test('is kept to by an ingest of its file: what has changed since stays out, and is named', async () => {
    const { environment, folder, source } = await corpusOf(pages(8));
    const file = join(folder, 'plan.jsonl');
    const plan = await winnowJson<Plan>(['plan', 'pages', '--out', file], environment);
    expect((await readFile(file, 'utf8')).split('\n')[0]).toContain(plan.digest);
    await writeFile(join(source, 'a/0.md'), '# Page 0\n\nWritten anew after the plan.\n');
    await writeFiles(source, { 'c/late.md': '# Late\n\nMade after the plan.\n' });

    const ended = await winnow(['ingest', 'pages', '--plan', file, '--json'], environment);
    expect(ended.code).toBe(0);
    const report = lastJson<Ingested>(ended);
    expect(report).toMatchObject({ state: 'completed', documents: { new: 7 }, bound: { leftOut: 2 } });
    expect([...(report.bound?.samples ?? [])].sort()).toEqual(['a/0.md', 'c/late.md']);
    expect(ended.stderr).toContain('2 documents differ from the plan by now, and stayed out');
    expect(await winnowJson(['ingest', 'pages'], environment)).toMatchObject({ documents: { new: 2 } });
  });

  test('refuses a file that is no plan, or is of another corpus', async () => {
    const { environment, folder, source } = await corpusOf(pages(2));
    await writeFile(join(folder, 'no-plan.jsonl'), '{"some":"thing"}\n');
    const none = await winnow(['ingest', 'pages', '--plan', join(folder, 'no-plan.jsonl')], environment);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('is no plan file')]);

    const file = join(folder, 'plan.jsonl');
    await winnowJson(['plan', 'pages', '--out', file], environment);
    await winnowJson(['corpus', 'create', 'other', '--source', source, '--language', 'en'], environment);
    const other = await winnow(['ingest', 'other', '--plan', file], environment);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('is a plan for corpus pages, not for other');
  });
});

describe('a budget', () => {
  test('has the run wait where it is reached, and go on with a larger one', async () => {
    const { environment } = await corpusOf(pages(30));
    const ended = await winnow(['ingest', 'pages', '--max-tokens', '150', '--json'], environment);
    expect(ended.code).toBe(1);
    const waiting = lastJson<Ingested>(ended);
    expect(waiting).toMatchObject({ state: 'running', waiting: { reason: 'budget' } });
    expect(waiting.tokens).toBeLessThanOrEqual(150);
    expect(ended.stderr).toContain('waiting (budget)');
    expect(ended.stderr).toContain(`winnow resume ${waiting.run}`);
    const found = await winnow(['search', 'pages', 'nothing of the kind', '--mode', 'bm25'], environment);
    expect(found.stderr).toContain('an ingest waits (budget)');

    const still = await winnow(['resume', waiting.run, '--json'], environment);
    expect([still.code, lastJson<Ingested>(still).waiting?.reason]).toEqual([1, 'budget']);
    const done = await winnowJson<Ingested>(['resume', waiting.run, '--max-tokens', '100000'], environment);
    expect(done).toMatchObject({ run: waiting.run, state: 'completed', documents: { new: 30, failed: 0 } });
    expect(done.waited.find(({ reason }) => reason === 'budget')?.seconds).toBeGreaterThan(0);
  });
});
