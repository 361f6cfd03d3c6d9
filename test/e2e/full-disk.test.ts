import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mayMount, mountDrive, startOpenAiServer } from '@winnow/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder, writeFiles } from '../harness/documents.ts';
import { finished, lastJson, start, winnowJson } from '../harness/processes.ts';
import type { Ingested } from '../harness/reports.ts';
import { until } from '../harness/until.ts';

/** Words that no two documents share, so that each makes the index grow. */
function textOf(document: number): string {
  return Array.from({ length: 300 }, (_, word) => `word${document * 300 + word}`).join(' ');
}

test.runIf(mayMount)(
  'an ingest whose disk is full says so, waits, and ends well once there is room',
  async () => {
    const provider = await startOpenAiServer({
      apiKey: 'key',
      embeddings: { models: { 'text-embedding-3-small': 1_536 } },
    });
    const folder = await temporaryFolder();
    const data = join(folder, 'data');
    const source = join(folder, 'source');
    await mkdir(data);
    const unmount = mountDrive(data, '64m');
    onTestFinished(async () => {
      unmount();
      await provider.close();
    });
    const ballast = join(data, 'ballast');
    const environment = {
      WINNOW_DATA_DIR: data,
      OPENAI_API_KEY: 'key',
      OPENAI_BASE_URL: provider.baseUrl,
    };
    await mkdir(source);
    await writeFiles(
      source,
      Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`${at}.txt`, textOf(at)])),
    );
    const embedder = ['--embedder', 'text-embedding-3-small', '--language', 'en'];
    await winnowJson(['corpus', 'create', 'pages', '--source', source, ...embedder], environment);
    await writeFile(ballast, Buffer.alloc(62 * 1024 * 1024));

    const child = start('services/cli/src/main.ts', ['ingest', 'pages', '--yes', '--json'], environment);
    let said = '';
    child.stderr?.on('data', (data: Buffer) => {
      said += data.toString();
    });
    const ended = finished(child);
    await until(
      'what the ingest says',
      async () => said,
      (text) => text.includes('waiting (index_full)'),
    );
    expect(said).toContain('the disk is full');
    expect(child.exitCode).toBeNull();

    await rm(ballast);
    const { code, stdout, stderr } = await ended;
    expect([code, stderr]).toEqual([0, said]);
    expect(lastJson<Ingested>({ code, stdout, stderr })).toMatchObject({
      state: 'completed',
      documents: { new: 200, failed: 0, stillFailed: 0 },
    });
  },
);
