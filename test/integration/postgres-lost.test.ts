import type { CorpusSource, Source, SourceId } from '@winnow/core';
import { startRun } from '@winnow/ingestion';
import { createTables, parsePostgresAddress } from '@winnow/sources';
import { postgresServer } from '@winnow/testkit';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { startPostgres } from '../../infra/dev/postgres.ts';
import { openLocalBench } from '../../packages/ingestion/src/testing/local-bench.ts';

const server = await postgresServer();
const missing = 'missing' in server ? server.missing : false;
const rows = 60;

beforeEach(() => void vi.stubEnv('PGUSER', 'winnow'));
afterEach(() => void vi.unstubAllEnvs());

/** A table on a server of its own, and a process that ingests it; the server is killed where the test says. */
async function tableToLose() {
  const own = await startPostgres();
  onTestFinished(() => own.stop());
  const run = async (sql: string) => {
    const client = new Client({ connectionString: `${own.url.replace('//', '//winnow@')}/postgres` });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await run(`CREATE TABLE docs (id int PRIMARY KEY, text text);
    INSERT INTO docs SELECT n, 'The number ' || n || ' is written here.' FROM generate_series(1, ${rows}) AS n`);
  const bench = await openLocalBench(0);
  onTestFinished(() => bench.close());
  const settings = { ...parsePostgresAddress(`${own.url}/postgres/docs`), fields: {} };
  const source: CorpusSource = { sourceId: 'table' as SourceId, prefix: '', settings };
  const corpus = await bench.store.corpora.update(bench.corpus, (current) => ({
    ...current,
    sources: [source],
  }));
  const left = { listed: Number.POSITIVE_INFINITY, read: Number.POSITIVE_INFINITY };
  // Small pages, so that a listing has more to ask for when its server dies.
  const table = createTables({ rowsPerPage: 10 })(settings);
  const count = async (what: keyof typeof left) => {
    left[what] -= 1;
    if (left[what] === 0) await own.kill();
  };
  const watched: Source = {
    ...table,
    async *scan(options) {
      for await (const event of table.scan(options)) {
        await count('listed');
        yield event;
      }
    },
    async read(...place) {
      await count('read');
      return await table.read(...place);
    },
  };
  const process = await bench.boot((ports) => ({ ...ports, openSource: () => watched }));
  return { own, run, bench, corpus, process, left };
}

describe.skipIf(missing)('a run over a table whose server is killed', () => {
  test.each([
    ['during the listing', 'listed', 25],
    ['while documents are read', 'read', 5],
  ] as const)('%s waits, deletes nothing, and goes on when it is back', async (_, what, after) => {
    const { own, run, bench, corpus, process, left } = await tableToLose();
    await process.ingest();
    const before = await bench.found();
    expect(before).toHaveLength(rows);
    await run(`UPDATE docs SET text = 'Changed, ' || text WHERE id % 2 = 0; DELETE FROM docs WHERE id IN (1, 59);
      INSERT INTO docs VALUES (100, 'The last one.')`);
    left[what] = after;
    const started = await startRun(process.ports, corpus.name);
    await bench.untilRun(started.run.runId, ({ waiting }) => waiting?.reason === 'source_away');
    // Those that the whole listing did not have may be gone by now; what was not listed is not.
    const kept = what === 'listed' ? before : before.filter((id) => id !== '1' && id !== '59');
    expect(await bench.found()).toEqual(expect.arrayContaining([...kept]));
    await own.restart();
    const { run: ended } = await process.untilEnded(started.run.runId);
    expect(ended).toMatchObject({
      state: 'completed',
      changes: { new: 1, changed: rows / 2, deleted: 2, unreadable: 0 },
      counts: { failed: 0 },
    });
    const texts = (await bench.indexed()).map(({ text }) => text);
    expect(texts).toHaveLength(rows - 1);
    expect(texts.filter((text) => text.startsWith('Changed, '))).toHaveLength(rows / 2);
  });
});
