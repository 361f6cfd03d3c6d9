import { once } from 'node:events';
import { rename } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { corpusOf, pages } from '../harness/corpora.ts';
import { manyDocuments } from '../harness/documents.ts';
import { fullMode } from '../harness/full-mode.ts';
import { finished, lastJson, start, untilSays, winnow, winnowJson } from '../harness/processes.ts';
import type { Ingested } from '../harness/reports.ts';
import { watchCorpus } from '../harness/watch-corpus.ts';

interface Active {
  readonly runs: readonly Ingested[];
  readonly parked: readonly unknown[];
}

/** An ingest that was stopped by a signal while it was at work. */
async function stoppedIngest(signal: 'SIGTERM' | 'SIGINT') {
  const { environment } = await corpusOf(manyDocuments(80));
  const child = start('services/cli/src/main.ts', ['ingest', 'pages', '--json'], environment);
  child.stdout?.resume();
  child.stderr?.resume();
  await watchCorpus(environment, 'pages', 'some documents are indexed', ({ documents }) => documents > 0);
  const during = await winnowJson<Active>(['status'], environment);
  child.kill(signal);
  const [code] = await once(child, 'exit');
  return { environment, during, code };
}

/** A run that waits for a larger budget, and no process that works on it. */
async function heldIngest() {
  const { environment, source } = await corpusOf(pages(30));
  const ended = await winnow(['ingest', 'pages', '--max-tokens', '150', '--json'], environment);
  const { run, waiting } = lastJson<Ingested>(ended);
  expect(waiting?.reason).toBe('budget');
  return { environment, source, run };
}

describe('a run', () => {
  test('that is stopped by SIGTERM is not left running, says so, and is taken up by the next ingest', async () => {
    const { environment, during, code } = await stoppedIngest('SIGTERM');
    expect(code).toBe(143);
    expect(during.runs).toMatchObject([{ state: 'running', waiting: null, corpus: 'pages' }]);
    expect(during.parked).toEqual([]);

    const { runs } = await winnowJson<Active>(['status'], environment);
    expect(runs).toMatchObject([{ waiting: { reason: 'stopped' } }]);
    const text = await winnow(['status', runs[0]?.run ?? ''], environment);
    expect(text.code).toBe(0);
    expect(text.stdout).toContain('waiting (stopped)');
    const rest = await winnowJson<Ingested>(['ingest', 'pages'], environment);
    expect(rest.documents.new + rest.documents.unchanged).toBe(80);
    expect(await winnowJson<Active>(['status'], environment)).toEqual({ runs: [], parked: [] });
  });

  test('that was stopped goes on by resume, under its own name', async () => {
    const { environment, code } = await stoppedIngest('SIGINT');
    expect(code).toBe(130);
    const { runs } = await winnowJson<Active>(['status'], environment);
    const run = runs[0]?.run ?? '';
    const resumed = await winnowJson<Ingested>(['resume', run], environment);
    expect(resumed).toMatchObject({ run, state: 'completed', documents: { new: 80, failed: 0 } });
    expect(await winnowJson<Ingested>(['status', run], environment)).toMatchObject({
      run,
      state: 'completed',
      waiting: null,
      deletions: { withheld: 0 },
    });
  });

  test('can be paused while nobody works on it, watched, kept to by an ingest, and canceled', async () => {
    const { environment, run } = await heldIngest();
    expect(await winnowJson(['pause', run], environment)).toMatchObject({ waiting: { reason: 'paused' } });
    const watching = start('services/cli/src/main.ts', ['status', run, '--watch', '--json'], environment);
    const seen = finished(watching);
    await once(watching.stdout ?? watching, 'data');
    watching.kill('SIGINT');
    expect((await seen).code).toBe(0);
    expect(lastJson<Ingested>(await seen)).toMatchObject({ run, waiting: { reason: 'paused' } });

    const kept = await winnow(['ingest', 'pages'], environment);
    expect(kept.code).toBe(1);
    expect(kept.stderr).toContain(`winnow resume ${run} has it go on`);
    expect(await winnowJson(['cancel', run], environment)).toMatchObject({ run, state: 'canceled' });
    const late = await winnow(['resume', run], environment);
    expect([late.code, late.stderr]).toEqual([2, expect.stringContaining('has ended: it is canceled')]);
    expect(await winnowJson<Ingested>(['ingest', 'pages'], environment)).toMatchObject({
      state: 'completed',
      documents: { failed: 0, stillFailed: 0 },
    });
    expect(await winnowJson(['corpus', 'show', 'pages'], environment)).toMatchObject({ documents: 30 });
  });

  test('whose budget is used up ends the ingest in full mode too, and goes on by resume', async () => {
    const { source } = await corpusOf(pages(30));
    const environment = fullMode();
    await winnowJson(['corpus', 'create', 'pages', '--source', source, '--language', 'en'], environment);
    const ended = await winnow(['ingest', 'pages', '--max-tokens', '150', '--json'], environment);
    expect(ended.code).toBe(1);
    const { run, waiting } = lastJson<Ingested>(ended);
    expect(waiting?.reason).toBe('budget');
    await winnowJson(['resume', run, '--max-tokens', '100000'], environment);
    const rest = await winnowJson<Ingested>(['ingest', 'pages'], environment);
    expect(rest).toMatchObject({ run, state: 'completed', documents: { new: 30, failed: 0 } });
  });

  test('whose source is away waits, says so once, and goes on by itself when it is back', async () => {
    const { environment, source, run } = await heldIngest();
    await rename(source, `${source}-away`);
    const words = ['resume', run, '--max-tokens', '100000', '--json'];
    const child = start('services/cli/src/main.ts', words, environment);
    const says = untilSays(child, 'waiting (source_away)');
    const ended = finished(child);
    await says;
    await rename(`${source}-away`, source);
    expect((await ended).code).toBe(0);
    const report = lastJson<Ingested>(await ended);
    expect(report).toMatchObject({ state: 'completed', documents: { new: 30, failed: 0, stillFailed: 0 } });
    expect(report.waited.map(({ reason }) => reason).sort()).toEqual(['budget', 'source_away']);
    expect((await ended).stderr.match(/waiting \(source_away\)/g)).toHaveLength(1);
  });

  test.each([['status'], ['pause'], ['resume'], ['cancel']])('of no such name: %s says so', async (word) => {
    const { environment } = await corpusOf({ 'a.md': '# A\n\nText.\n' });
    const ended = await winnow([word, 'nowhere'], environment);
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('there is no run nowhere')]);
  });
});
