import { join } from 'node:path';
import { postgresServer } from '@winnow/testkit';
import { Client } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startPostgres } from '../../infra/dev/postgres.ts';
import { temporaryFolder } from '../harness/documents.ts';
import { winnow, winnowJson } from '../harness/processes.ts';
import type { Inbox, Ingested } from '../harness/reports.ts';

const server = await postgresServer();
const missing = 'missing' in server ? server.missing : false;

async function wikiDatabase() {
  const own = await startPostgres();
  onTestFinished(() => own.stop());
  const run = async (sql: string) => {
    const client = new Client({ connectionString: `${own.url.replace('//', '//winnow@')}/postgres` });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  const folder = await temporaryFolder();
  const environment = { WINNOW_DATA_DIR: join(folder, 'data'), PGUSER: 'winnow' };
  const ingest = async () => (await winnowJson<Ingested>(['ingest', 'wiki'], environment)).documents;
  return { own, run, environment, ingest, address: `${own.url}/postgres/articles` };
}

describe.skipIf(missing)('a table of PostgreSQL as a source', () => {
  test('is ingested, followed row by row, and not taken for empty while its server is away', async () => {
    const { own, run, environment, ingest, address } = await wikiDatabase();
    await run(`CREATE TABLE articles (nr int PRIMARY KEY, headline text, story text);
      INSERT INTO articles SELECT n, 'Page ' || n, 'The number ' || n || ' is written here.' FROM generate_series(1, 12) AS n;
      INSERT INTO articles VALUES (13, 'Herons', 'Grey and patient.'), (14, 'Nothing', NULL)`);
    const create = ['corpus', 'create', 'wiki', '--source', address, '--language', 'en'];
    const refused = await winnow(create, environment);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('its columns are nr, headline, story');
    const secret = await winnow([...create, '--source', address.replace('//', '//me:hush@')], environment);
    expect([secret.code, secret.stderr]).toEqual([2, expect.stringContaining('~/.pgpass')]);
    expect(secret.stderr).not.toContain('hush');
    const fields = ['--id-field', 'nr', '--title-field', 'headline', '--text-field', 'story'];
    await winnowJson([...create, ...fields], environment);

    expect(await ingest()).toMatchObject({ new: 13, failed: 1 });
    const { items } = await winnowJson<Inbox>(['inbox', 'wiki'], environment);
    expect(items).toMatchObject([{ documentId: '14', cause: 'empty' }]);
    const { hits } = await winnowJson<{ hits: readonly unknown[] }>(
      ['search', 'wiki', 'patient', '--mode', 'bm25'],
      environment,
    );
    expect(hits).toMatchObject([{ documentId: '13', title: 'Herons' }]);

    await run(`UPDATE articles SET story = 'Grey, patient and tall.' WHERE nr = 13`);
    expect(await ingest()).toMatchObject({ new: 0, changed: 1, unchanged: 13, deleted: 0 });
    await run('DELETE FROM articles WHERE nr = 13');
    expect(await ingest()).toMatchObject({ new: 0, changed: 0, unchanged: 13, deleted: 1 });

    await own.kill();
    const away = await winnow(['ingest', 'wiki'], environment);
    expect([away.code, away.stderr]).toEqual([3, expect.stringContaining('does not answer')]);
    expect(await winnowJson(['corpus', 'show', 'wiki'], environment)).toMatchObject({ documents: 12 });
    await own.restart();
    expect(await ingest()).toMatchObject({ new: 0, changed: 0, deleted: 0 });
  });
});
