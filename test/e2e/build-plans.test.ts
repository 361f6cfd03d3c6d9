import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { handbook, temporaryFolder, writeFiles } from '../harness/documents.ts';
import { winnow, winnowJson } from '../harness/processes.ts';
import type { Ingested, Plan } from '../harness/reports.ts';

describe('a plan file of a build', () => {
  test('gives its settings and the most that it may cost, and is no plan of an ingest', async () => {
    const folder = await temporaryFolder();
    const environment = { WINNOW_DATA_DIR: join(folder, 'data') };
    const source = join(folder, 'handbook');
    const file = join(folder, 'plan.jsonl');
    await writeFiles(source, handbook);
    await winnowJson(['corpus', 'create', 'handbook', '--source', source, '--language', 'en'], environment);
    await winnow(['ingest', 'handbook'], environment);
    const planning = ['plan', 'handbook', '--embedder', 'bge-small-en-v1.5', '--out', file];
    const plan = await winnowJson<Plan>(planning, environment);

    const ingest = await winnow(['ingest', 'handbook', '--plan', file], environment);
    expect(ingest).toMatchObject({ code: 2, stderr: expect.stringContaining('is a plan for generation 2') });
    const other = await winnow(['reindex', 'handbook', '--plan', file, '--chunk-tokens', '64'], environment);
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('has its settings') });
    const built = await winnowJson<Ingested>(['reindex', 'handbook', '--plan', file], environment);
    expect(built).toMatchObject({ state: 'completed', chunks: { embedded: plan.chunks.toEmbed } });
    expect(await winnowJson(['generations', 'handbook'], environment)).toMatchObject({
      live: 1,
      generations: [{}, { generation: 2, embedder: 'bge-small-en-v1.5', state: 'ready' }],
    });

    const sync = join(folder, 'sync.jsonl');
    await winnowJson(['plan', 'handbook', '--out', sync], environment);
    expect(await winnow(['reindex', 'handbook', '--plan', sync], environment)).toMatchObject({ code: 2 });
  });
});
