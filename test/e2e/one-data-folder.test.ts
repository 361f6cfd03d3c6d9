import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { handbook, manyDocuments, temporaryFolder, writeFiles } from '../harness/documents.ts';
import { start, winnow, winnowJson } from '../harness/processes.ts';
import { watchCorpus } from '../harness/watch-corpus.ts';

describe('a data folder', () => {
  test('serves readers beside the process that writes, and tells a second writer whom to ask', async () => {
    const folder = await temporaryFolder();
    const environment = { WINNOW_DATA_DIR: join(folder, 'data'), WINNOW_PORT: '0' };
    await writeFiles(join(folder, 'handbook'), handbook);
    await winnowJson(['corpus', 'create', 'handbook', '--source', join(folder, 'handbook')], environment);
    await winnowJson(['ingest', 'handbook'], environment);

    const service = start('services/cli/src/main.ts', ['serve'], environment);
    let logged = '';
    service.stderr?.setEncoding('utf8').on('data', (piece) => {
      logged += piece;
    });
    service.stdout?.setEncoding('utf8');
    const [printed] = (await once(service.stdout ?? service, 'data')) as [string];
    const address = printed.trim();
    expect((await fetch(`${address}/health/ready`)).status).toBe(200);

    const read = await winnowJson<{ hits: unknown[] }>(
      ['search', 'handbook', 'coffee', '--mode', 'bm25'],
      environment,
    );
    expect(read.hits.length).toBeGreaterThan(0);
    // Who has its models loaded already was asked.
    expect(logged).toContain('search-done');
    const asked = await winnow(['ask', 'handbook', 'How many days of holiday are there?'], environment);
    expect([asked.code, asked.stdout]).toEqual([0, expect.stringContaining('thirty days')]);
    expect(logged).toContain('answer-done');
    // What a service does not let others name is done by the command itself, which says what is wrong.
    const unknown = await winnow(['search', 'handbook', 'x', '--rerank', './no-model'], environment);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('no-model')]);
    const refused = await winnow(['ingest', 'handbook'], environment);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(address);
    expect(refused.stderr).toContain(String(service.pid));

    service.kill('SIGTERM');
    expect((await once(service, 'exit'))[0]).toBe(0);
    expect((await winnow(['ingest', 'handbook'], environment)).code).toBe(0);
  });

  test('keeps what was done when an ingest is stopped by Ctrl-C, and the next one does the rest', async () => {
    const folder = await temporaryFolder();
    const environment = { WINNOW_DATA_DIR: join(folder, 'data') };
    await writeFiles(join(folder, 'units'), manyDocuments(120));
    const words = ['corpus', 'create', 'units', '--source', join(folder, 'units'), '--language', 'en'];
    await winnowJson(words, environment);
    const stopped = start('services/cli/src/main.ts', ['ingest', 'units', '--json'], environment);
    stopped.stdout?.resume();
    stopped.stderr?.resume();
    await watchCorpus(environment, 'units', 'some documents are indexed', ({ documents }) => documents > 0);
    stopped.kill('SIGINT');
    expect((await once(stopped, 'exit'))[0]).toBe(130);

    const kept = await winnowJson<{ documents: number }>(['corpus', 'show', 'units'], environment);
    expect(kept.documents).toBeGreaterThan(0);
    expect(kept.documents).toBeLessThan(120);
    const rest = await winnowJson<{ documents: { new: number; unchanged: number } }>(
      ['ingest', 'units'],
      environment,
    );
    expect(rest.documents.unchanged).toBeGreaterThanOrEqual(kept.documents);
    expect(rest.documents.new + rest.documents.unchanged).toBe(120);
  });
});
