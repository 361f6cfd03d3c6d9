import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { manyDocuments, temporaryFolder, writeFiles } from '../harness/documents.ts';
import { lastJson, start, winnow, winnowJson } from '../harness/processes.ts';
import type { Ingested } from '../harness/reports.ts';
import { watchCorpus } from '../harness/watch-corpus.ts';

const picture = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

describe('a data folder whose ingest was killed in the middle', () => {
  test('has its inbox tried again, and is repaired, without an ingest before', async () => {
    const folder = await temporaryFolder();
    const source = join(folder, 'units');
    const environment = { WINNOW_DATA_DIR: join(folder, 'data') };
    await writeFiles(source, { 'picture.png': picture, 'one.md': '# One\n\nThe first page.\n' });
    await winnowJson(['corpus', 'create', 'units', '--source', source, '--language', 'en'], environment);
    await winnow(['ingest', 'units'], environment);
    await writeFiles(source, manyDocuments(120));
    const killed = start('services/cli/src/main.ts', ['ingest', 'units', '--json'], environment);
    killed.stdout?.resume();
    killed.stderr?.resume();
    await watchCorpus(environment, 'units', 'some documents are indexed', ({ documents }) => documents > 1);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const other = { WINNOW_DATA_DIR: join(folder, 'other') };
    await cp(environment.WINNOW_DATA_DIR, other.WINNOW_DATA_DIR, { recursive: true });

    const retried = await winnow(['inbox', 'retry', 'units', '--all', '--json'], environment);
    expect(retried.stderr).not.toContain('is under way');
    expect(lastJson<Ingested>(retried)).toMatchObject({ state: 'completed', documents: { failed: 1 } });

    const repaired = await winnow(['doctor', 'units', '--repair'], other);
    expect(repaired.stdout).toContain('unfinished');
    expect(repaired.stderr).toContain('completed; 0 findings left');
    expect(repaired.code).toBe(0);
    expect(await winnowJson(['ingest', 'units'], other)).toMatchObject({ documents: { new: 0, changed: 0 } });
  });
});
