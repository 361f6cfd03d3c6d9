import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { CorpusSource, DocumentId, Run, SourceId } from '@winnow/core';
import { startRun } from '@winnow/ingestion';
import { createTables, parsePostgresAddress } from '@winnow/sources';
import {
  type Certificate,
  postgresServer,
  selfSignedCertificate,
  startPostgresTlsFront,
  uniquePrefix,
} from '@winnow/testkit';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from 'vitest';
import { openLocalBench } from '../../packages/ingestion/src/testing/local-bench.ts';
import { openDatabase } from '../../packages/sources/src/postgres/test-database.ts';

const { signal } = new AbortController();
const server = await postgresServer();
const missing = 'missing' in server ? server.missing : false;
const name = uniquePrefix();
const rows = 12;

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  if (!('url' in server)) return;
  database = await openDatabase(server.url, name);
  await database.run(`CREATE TABLE docs (id int PRIMARY KEY, text text);
    INSERT INTO docs SELECT n, 'The number ' || n || ' is written here.' FROM generate_series(1, ${rows}) AS n`);
});
afterAll(() => database?.close());
beforeEach(() => void vi.stubEnv('PGUSER', 'winnow'));
afterEach(() => void vi.unstubAllEnvs());

/** The server behind one that speaks TLS, with the certificate that it shows. */
async function front(certificate: Certificate) {
  if ('missing' in server) throw new Error(server.missing);
  const opened = await startPostgresTlsFront(server.url, certificate);
  onTestFinished(() => opened.close());
  return opened;
}

function tableAt(url: string) {
  return createTables()({ ...parsePostgresAddress(`${url}/${name}/docs`), fields: {} });
}

/** As NODE_EXTRA_CA_CERTS does, until the test ends. */
function trust({ certificate }: Certificate): void {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, certificate]);
  onTestFinished(() => setDefaultCACertificates(before));
}

describe.skipIf(missing)('a table behind TLS', () => {
  test.each(['require', 'verify-ca', 'verify-full'])(
    'is read with PGSSLMODE=%s where its certificate is trusted',
    async (mode) => {
      const own = selfSignedCertificate();
      const { url } = await front(own);
      trust(own);
      vi.stubEnv('PGSSLMODE', mode);
      const table = tableAt(url);
      await table.check(signal);
      expect(await Array.fromAsync(table.scan({ after: null, signal }))).toHaveLength(rows);
      const { content } = await table.read('7' as DocumentId, {}, signal);
      expect(Buffer.from(content).toString()).toBe('The number 7 is written here.');
      expect(await table.isGone('99' as DocumentId, {}, signal)).toBe(true);
    },
  );

  test('is read whoever signed its certificate where PGSSLMODE=no-verify says so', async () => {
    const { url } = await front(selfSignedCertificate('db.example.com'));
    vi.stubEnv('PGSSLMODE', 'no-verify');
    await tableAt(url).check(signal);
  });

  const [own, elsewhere] = [selfSignedCertificate(), selfSignedCertificate('db.example.com')];
  test.each([
    ['has a certificate that nobody here trusts', 'verify-full', own, null, 'NODE_EXTRA_CA_CERTS'],
    ['has one that another authority signed', 'require', own, selfSignedCertificate(), 'NODE_EXTRA_CA_CERTS'],
    ['has one of another host', 'verify-full', elsewhere, elsewhere, 'the certificate is of another host'],
    ['wants TLS, and nobody told us', null, own, own, 'PGSSLMODE=require'],
  ])(
    'is refused where it %s, with what to do, and nothing there is gone',
    async (_, mode, shown, trusted, todo) => {
      const { url } = await front(shown);
      if (trusted !== null) trust(trusted);
      if (mode !== null) vi.stubEnv('PGSSLMODE', mode);
      const table = tableAt(url);
      const refusal = {
        code: 'failed_precondition',
        part: 'source',
        message: expect.stringContaining(todo),
      };
      await expect(table.check(signal)).rejects.toMatchObject(refusal);
      await expect(Array.fromAsync(table.scan({ after: null, signal }))).rejects.toMatchObject(refusal);
      await expect(table.read('7' as DocumentId, {}, signal)).rejects.toMatchObject({ part: 'source' });
      expect(await table.isGone('99' as DocumentId, {}, signal)).toBe(false);
    },
  );

  test('is refused where TLS is wanted of a server that has none', async () => {
    if ('missing' in server) throw new Error(server.missing);
    vi.stubEnv('PGSSLMODE', 'require');
    await expect(tableAt(server.url).check(signal)).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('PGSSLMODE=disable'),
    });
  });

  test('whose certificate changes to one that is not trusted is waited for, and loses no document', async () => {
    const own = selfSignedCertificate();
    const opened = await front(own);
    trust(own);
    vi.stubEnv('PGSSLMODE', 'verify-full');
    const bench = await openLocalBench(0);
    onTestFinished(() => bench.close());
    const settings = { ...parsePostgresAddress(`${opened.url}/${name}/docs`), fields: {} };
    const source: CorpusSource = { sourceId: 'table' as SourceId, prefix: '', settings };
    const corpus = await bench.store.corpora.update(bench.corpus, (current) => ({
      ...current,
      sources: [source],
    }));
    const table = tableAt(opened.url);
    const process = await bench.boot((ports) => ({ ...ports, openSource: () => table }));
    await process.ingest();
    expect(await bench.found()).toHaveLength(rows);
    opened.present(selfSignedCertificate());
    const { run } = await startRun(process.ports, corpus.name);
    // The connections of before are cut first.
    const isTold = ({ waiting }: Run) => waiting?.message.includes('NODE_EXTRA_CA_CERTS') === true;
    const { waiting } = await bench.untilRun(run.runId, isTold);
    expect(waiting?.reason).toBe('source_away');
    expect(await bench.found()).toHaveLength(rows);
    opened.present(own);
    expect((await process.untilEnded(run.runId)).run).toMatchObject({
      state: 'completed',
      changes: { new: 0, deleted: 0 },
    });
    expect(await bench.found()).toHaveLength(rows);
  });
});
