import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { handbook, temporaryFolder, writeFiles } from '../harness/documents.ts';
import { fullMode } from '../harness/full-mode.ts';
import { winnow, winnowJson } from '../harness/processes.ts';

interface Found {
  readonly hits: readonly { readonly documentId: string; readonly stages: unknown }[];
}

describe('the two ways to run', () => {
  test('index the same documents to the same bytes, and find the same passages in the same order', async () => {
    const folder = await temporaryFolder();
    const source = join(folder, 'handbook');
    await writeFiles(source, handbook);
    const ways = [{ WINNOW_DATA_DIR: join(folder, 'data') }, fullMode()];
    const outcomes = [];
    for (const environment of ways) {
      await winnowJson(['corpus', 'create', 'handbook', '--source', source], environment);
      const report = await winnowJson<Record<string, unknown>>(['ingest', 'handbook'], environment);
      const again = await winnowJson<Record<string, unknown>>(['ingest', 'handbook'], environment);
      const found = await winnowJson<Found>(
        ['search', 'handbook', 'undo a bad deployment', '-k', '4'],
        environment,
      );
      outcomes.push({
        work: [report, again].map(({ state, documents, chunks, modelCalls }) => ({
          state,
          documents,
          chunks,
          modelCalls,
        })),
        exported: (await winnow(['export', 'handbook', '--vectors'], environment)).stdout,
        ranking: found.hits.map((hit) => hit.documentId),
      });
    }
    expect(outcomes[0]?.work).toMatchObject([
      { documents: { new: 5 } },
      { documents: { unchanged: 5 }, modelCalls: 0 },
    ]);
    expect(outcomes[1]).toEqual(outcomes[0]);
  });
});
