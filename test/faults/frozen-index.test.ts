import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startTcpProxy } from '../../infra/dev/tcp-proxy.ts';
import { pages } from '../harness/corpora.ts';
import { temporaryFolder, writeFiles } from '../harness/documents.ts';
import { fullMode } from '../harness/full-mode.ts';
import { finished, lastJson, start, winnowJson } from '../harness/processes.ts';
import type { Ingested } from '../harness/reports.ts';
import { until } from '../harness/until.ts';

test('an ingest whose Elasticsearch freezes says that it waits, and goes on when it answers again', async () => {
  const folder = await temporaryFolder();
  const source = join(folder, 'source');
  await writeFiles(source, pages(300));
  const direct = fullMode();
  const server = new URL(direct.ELASTICSEARCH_URL ?? '');
  const proxy = await startTcpProxy({ host: server.hostname, port: Number(server.port) });
  onTestFinished(() => proxy.close());
  const environment = { ...direct, ELASTICSEARCH_URL: `http://127.0.0.1:${proxy.port}` };
  await winnowJson(['corpus', 'create', 'pages', '--source', source, '--language', 'en'], environment);

  const child = start('services/cli/src/main.ts', ['ingest', 'pages', '--yes', '--json'], environment);
  let said = '';
  child.stderr?.on('data', (data: Buffer) => {
    said += data.toString();
  });
  const ended = finished(child);
  // Asked of the server itself: by the time that another process has started, the ingest may be over.
  const chunks = new URL(`${direct.WINNOW_PREFIX}.*.chunks/_count`, server);
  const searchable = async () => (await (await fetch(chunks)).json()) as { readonly count?: number };
  await until('chunks', searchable, ({ count = 0 }) => count > 0);
  await proxy.set({ kind: 'silent' });
  await until(
    'what the ingest says',
    async () => said,
    (text) => text.includes('waiting (index_away)'),
  );
  expect(child.exitCode).toBeNull();

  await proxy.set({ kind: 'open' });
  const { code, stdout, stderr } = await ended;
  expect([code, stderr]).toEqual([0, said]);
  expect(lastJson<Ingested>({ code, stdout, stderr })).toMatchObject({
    state: 'completed',
    documents: { new: 300, failed: 0, stillFailed: 0 },
  });
});
