import type { DocumentId, Source, SourceFields, SourceItem } from '@winnow/core';
import { postgresServer, uniquePrefix } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { itemsOf, readItems, scanAll, scanInSlices, scanItems, uncoveredIn } from '../test-scan.ts';
import { parsePostgresAddress } from './postgres-address.ts';
import { createTables } from './postgres-source.ts';
import { openDatabase } from './test-database.ts';

const { signal } = new AbortController();
const server = await postgresServer();
const missing = 'missing' in server ? server.missing : false;
const name = uniquePrefix();

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  vi.stubEnv('PGUSER', 'winnow');
  if ('url' in server) database = await openDatabase(server.url, name);
});
afterAll(async () => {
  await database?.close();
  vi.unstubAllEnvs();
});

function sourceAt(table: string, fields: SourceFields = {}, rowsPerPage = 1_000): Source {
  return createTables({ rowsPerPage })({ ...parsePostgresAddress(database.address(table)), fields });
}

const idsOf = (items: readonly { documentId: DocumentId }[]) => items.map(({ documentId }) => documentId);
const textOf = ({ content }: { content: Uint8Array }) => Buffer.from(content).toString();
const isGone = (source: Source, id: string) => source.isGone(id as DocumentId, {}, signal);
const read = (source: Source, id: string) => source.read(id as DocumentId, {}, signal);
const hashOf = (item: SourceItem | undefined) => (item?.kind === 'document' ? item.contentHash : null);

describe.skipIf(missing)('a table as a source', () => {
  test('is listed by id and read with title and metadata; what was listed is what is read', async () => {
    await database.run(`CREATE TABLE pages (id int PRIMARY KEY, title text, body text, author text, seen timestamptz, n bigint);
      INSERT INTO pages VALUES (10, ' Tower ', 'The falcon nests.', 'Ada', '2026-01-02 03:04:05+02', 7),
        (9, NULL, '鹰在塔上筑巢。', NULL, NULL, NULL)`);
    const source = sourceAt('pages');
    await source.check(signal);
    const items = await scanItems(source);
    expect(idsOf(items)).toEqual(['9', '10']);
    const documents = await readItems(source, items);
    expect(documents.map(textOf)).toEqual(['鹰在塔上筑巢。', 'The falcon nests.']);
    expect(documents[1]).toMatchObject({
      title: 'Tower',
      mediaType: 'text/plain',
      metadata: { author: 'Ada', n: 7, seen: '2026-01-02T01:04:05+00:00' },
    });
    expect(documents.map(({ contentHash }) => contentHash)).toEqual(items.map(hashOf));
  });

  test('columns are named; only what is taken of a row makes it another', async () => {
    await database.run(`CREATE TABLE tickets (key text PRIMARY KEY, fields jsonb, note text, clicks int DEFAULT 0);
      INSERT INTO tickets VALUES ('A-1', '{"summary":"Door","description":"It sticks."}', 'Oil it.', 0), ('A-2', '{"description":"b"}', 'c', 0)`);
    const fields = {
      id: 'key',
      title: 'fields.summary',
      text: ['fields.description', 'note'],
      metadata: ['key'],
    };
    const source = sourceAt('tickets', fields);
    const before = await scanItems(source);
    const [first] = await readItems(source, before);
    expect(first === undefined ? null : [first.title, textOf(first)]).toEqual([
      'Door',
      'It sticks.\n\nOil it.',
    ]);
    await database.run('UPDATE tickets SET clicks = clicks + 1');
    expect(await scanItems(source)).toEqual(before);
    await database.run(`UPDATE tickets SET note = 'Mend it.' WHERE key = 'A-1'`);
    const after = await scanItems(source);
    expect(after.map((item, at) => hashOf(item) === hashOf(before[at]))).toEqual([false, true]);
    // The same rows are other documents where something else is taken of them.
    const [other] = await scanItems(sourceAt('tickets', { ...fields, text: ['note', 'fields.description'] }));
    expect(hashOf(other)).not.toBe(hashOf(after[0]));
  });

  test('a column of time and one of groups become metadata of fixed names', async () => {
    await database.run(`CREATE TABLE shared (id text PRIMARY KEY, text text, changed timestamptz, groups text[]);
      INSERT INTO shared VALUES ('a', 'one', '2026-03-04 10:30:00+01', ARRAY['staff', 'board']), ('b', 'two', NULL, NULL)`);
    const source = sourceAt('shared', { time: 'changed', access: 'groups', metadata: [] });
    const items = await scanItems(source);
    expect((await readItems(source, items)).map(({ metadata }) => metadata)).toEqual([
      { time: Date.UTC(2026, 2, 4, 9, 30), access: ['staff', 'board'] },
      {},
    ]);
    await database.run(`UPDATE shared SET groups = ARRAY['board'] WHERE id = 'a'`);
    const after = await scanItems(source);
    expect(after.map((item, at) => hashOf(item) === hashOf(items[at]))).toEqual([false, true]);
    const [without] = await scanItems(sourceAt('shared', { time: 'changed', metadata: ['groups'] }));
    expect(hashOf(without)).not.toBe(hashOf(after[0]));
  });

  test('with a column that says when, a row is known by it, and by its content where it is null', async () => {
    await database.run(`CREATE TABLE dated (id text PRIMARY KEY, text text, changed timestamptz);
      INSERT INTO dated VALUES ('a', 'one', '2026-01-01Z'), ('b', 'two', NULL)`);
    const source = sourceAt('dated', { updated: 'changed' });
    const before = await scanItems(source);
    await database.run(`UPDATE dated SET text = text || '!'`);
    const same = await scanItems(source);
    expect(same.map((item, at) => hashOf(item) === hashOf(before[at]))).toEqual([true, false]);
    await database.run(`UPDATE dated SET changed = now() WHERE id = 'a'`);
    const [a] = await scanItems(source);
    expect(hashOf(a)).not.toBe(hashOf(before[0]));
    expect((await read(source, 'a')).contentHash).toBe(hashOf(a));
  });

  test('is one snapshot, in pages and in slices alike', async () => {
    await database.run(`CREATE TABLE many (id int PRIMARY KEY, text text);
      INSERT INTO many SELECT n, 'text ' || n FROM generate_series(1, 230) AS n`);
    const whole = await scanAll(sourceAt('many'));
    expect(itemsOf(whole)).toHaveLength(230);
    expect(await scanInSlices(() => sourceAt('many', {}, 50), [70, 100, 1])).toEqual(whole);
    const met: string[] = [];
    for await (const event of sourceAt('many', {}, 50).scan({ after: null, signal })) {
      if (met.length === 0) await database.run('DELETE FROM many WHERE id > 100');
      if (event.kind === 'document') met.push(event.documentId);
    }
    expect(met).toHaveLength(230);
    expect(itemsOf(await scanAll(sourceAt('many', {}, 50)))).toHaveLength(100);
  });

  test('a scan whose connection ends is no complete one, and goes on behind the last id', async () => {
    await database.run(`CREATE TABLE long (id int PRIMARY KEY, text text);
      INSERT INTO long SELECT n, 'text ' || n FROM generate_series(1, 200) AS n`);
    const source = sourceAt('long', {}, 50);
    const met: string[] = [];
    const broken = async () => {
      for await (const event of source.scan({ after: null, signal })) {
        if (event.kind !== 'uncovered') met.push(event.cursor);
        if (met.length === 60) expect(await database.endOthers()).toBeGreaterThan(0);
      }
    };
    await expect(broken()).rejects.toMatchObject({ code: 'unavailable', part: 'source' });
    // The last of a page waits for the next, which may have its id again.
    expect(met).toHaveLength(99);
    expect(idsOf(itemsOf(await scanAll(source, met.at(-1))))).toHaveLength(101);
    const stopping = new AbortController();
    const stopped = async () => {
      for await (const _ of source.scan({ after: null, signal: stopping.signal })) stopping.abort();
    };
    await expect(stopped()).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('a statement that takes long is left when it is stopped', async () => {
    await database.run(`CREATE VIEW slow AS SELECT 1 AS id, pg_sleep(600)::text AS text`);
    const stopping = new AbortController();
    const reading = sourceAt('slow').read('1' as DocumentId, {}, stopping.signal);
    const stopped = expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    const atWork = `SELECT FROM pg_stat_activity WHERE datname = '${name}' AND state = 'active' AND wait_event = 'PgSleep'`;
    await vi.waitUntil(async () => (await database.run(atWork)).rowCount === 1, { timeout: 20_000 });
    stopping.abort();
    await stopped;
    await database.endOthers();
  });

  test('only a row that is not there is gone: not one of a table or a server that is away', async () => {
    await database.run(
      `CREATE TABLE going (id int PRIMARY KEY, text text); INSERT INTO going VALUES (1, 'a'), (2, 'b')`,
    );
    const source = sourceAt('going');
    expect(await isGone(source, '1')).toBe(false);
    await database.run('DELETE FROM going WHERE id = 1');
    expect(await isGone(source, '1')).toBe(true);
    await expect(read(source, '1')).rejects.toMatchObject({ code: 'not_found', part: null });
    // No number is written like this, so no row can have it.
    expect(await isGone(source, 'one')).toBe(true);
    await expect(read(source, 'one')).rejects.toMatchObject({ code: 'not_found', part: null });
    expect(await isGone(source, '02')).toBe(true);
    await database.run('DROP TABLE going');
    expect(await isGone(source, '1')).toBe(false);
    await expect(read(source, '1')).rejects.toMatchObject({ code: 'unavailable', part: 'source' });
    const away = createTables()(parsePostgresAddress('postgres://127.0.0.1:1/a/b'));
    expect(await isGone(away, '1')).toBe(false);
    await expect(scanAll(away)).rejects.toMatchObject({ code: 'unavailable', part: 'source' });
  });

  test('rows without text, with an id twice and too large ones are said for themselves; without an id, nothing is gone', async () => {
    await database.run(`CREATE TABLE odd (id text, title text, text text);
      INSERT INTO odd VALUES ('a', 'A', NULL), ('b', 'B', ''), ('c', NULL, 'one'), ('c', NULL, 'two'),
        ('d', NULL, repeat('x', 32 * 1024 * 1024 + 1)), ('e', NULL, 'fine'), (NULL, NULL, 'stray')`);
    const source = sourceAt('odd', {}, 3);
    const events = await scanAll(source);
    expect(
      itemsOf(events).map((item) => (item.kind === 'unreadable' ? item.reason.code : item.documentId)),
    ).toEqual(['empty', 'empty', 'duplicate_id', 'too_large', 'e']);
    expect(uncoveredIn(events)).toEqual([{ prefix: '', reason: expect.stringContaining('rows without id') }]);
    await expect(read(source, 'c')).rejects.toMatchObject({ code: 'failed_precondition', part: null });
    await expect(read(source, 'd')).rejects.toMatchObject({ code: 'failed_precondition', part: null });
    expect((await read(source, 'a')).content).toHaveLength(0);
  });

  test('names are taken as they are, and never as SQL', async () => {
    const hostile = 'x"; DROP TABLE safe; --';
    const quoted = `"${hostile.replaceAll('"', '""')}"`;
    await database.run(`CREATE TABLE safe (id int, text text); CREATE SCHEMA "Ü b";
      CREATE TABLE "Ü b".${quoted} ("I""d" text PRIMARY KEY, "select" text, "$1" text);
      INSERT INTO "Ü b".${quoted} VALUES (''' OR true --', 'kept', 'x')`);
    const fields = { id: 'I"d', text: ['select'] };
    const source = sourceAt(`${encodeURIComponent('Ü b')}/${encodeURIComponent(hostile)}`, fields);
    const items = await scanItems(source);
    expect(idsOf(items)).toEqual(["' OR true --"]);
    expect((await readItems(source, items)).map(textOf)).toEqual(['kept']);
    const stranger = sourceAt(encodeURIComponent(hostile));
    await expect(scanAll(stranger)).rejects.toMatchObject({ code: 'failed_precondition', part: 'source' });
    expect((await database.run('SELECT FROM safe')).rowCount).toBe(0);
  });

  test('a view is read like a table, and can change nothing', async () => {
    await database.run(`CREATE TABLE log (n int); INSERT INTO log VALUES (1);
      CREATE FUNCTION noted() RETURNS text LANGUAGE sql AS 'INSERT INTO log VALUES (2) RETURNING n::text';
      CREATE VIEW plain AS SELECT n AS id, 'text of ' || n AS text FROM log;
      CREATE VIEW writing AS SELECT 1 AS id, noted() AS text`);
    expect(idsOf(await scanItems(sourceAt('plain')))).toEqual(['1']);
    await expect(scanAll(sourceAt('writing'))).rejects.toMatchObject({
      code: 'failed_precondition',
      part: 'source',
    });
    expect((await database.run('SELECT FROM log')).rowCount).toBe(1);
  });

  test('what is missing is said with what to do', async () => {
    await database.run(`CREATE TABLE bare (a int, b text); CREATE TABLE none (id int, text text);
      CREATE ROLE ${name}_reader LOGIN PASSWORD 'secret word'`);
    const fails = (source: Source, message: string) =>
      expect(source.check(signal).then(() => scanAll(source))).rejects.toMatchObject({
        code: 'failed_precondition',
        part: 'source',
        message: expect.stringContaining(message),
      });
    await fails(sourceAt('nowhere'), 'there is no such table or view');
    await fails(sourceAt('bare'), 'no column id: name one with --id-field; its columns are a, b');
    await fails(sourceAt('bare', { id: 'a' }), '--text-field');
    await fails(sourceAt('bare', { id: 'a', text: ['b'], updated: 'c' }), '--updated-field');
    await fails(sourceAt('none'), 'holds no documents');
    vi.stubEnv('PGUSER', `${name}_reader`);
    await fails(sourceAt('none'), 'PGPASSWORD');
    vi.stubEnv('PGPASSWORD', 'wrong');
    await fails(sourceAt('none'), 'PGPASSWORD');
    vi.stubEnv('PGPASSWORD', 'secret word');
    await fails(sourceAt('none'), 'GRANT SELECT');
    await database.run(`GRANT SELECT ON none TO ${name}_reader`);
    await fails(sourceAt('none'), 'holds no documents');
    vi.stubEnv('PGUSER', 'winnow');
  });
});

describe('parsePostgresAddress', () => {
  const place = {
    kind: 'postgres',
    host: 'h',
    port: 5432,
    database: 'd',
    schema: 'public',
    table: 't',
    fields: {},
  };
  test.each([
    ['postgres://h/d/t', place],
    ['postgresql://h:6000/d/s/t', { ...place, port: 6000, schema: 's' }],
    ['postgres://[::1]/d/A%20%22b%2Fc', { ...place, host: '[::1]', table: 'A "b/c' }],
  ])('takes %s', (address, settings) => {
    expect(parsePostgresAddress(address)).toEqual(settings);
  });

  test.each([
    'postgres://h',
    'postgres://h/d',
    'postgres:///d/t',
    'postgres://h/d/',
    'postgres://h/d/s/t/u',
    'postgres://h/d/t?sslmode=disable',
    'postgres://h/d/%00',
    'postgres://h/d/%ff',
    `postgres://h/d/${'x'.repeat(64)}`,
    'mysql://h/d/t',
  ])('refuses %s', (address) => {
    expect(() => parsePostgresAddress(address)).toThrow(/postgres:\/\/host:port\/database\/table/);
  });

  test.each(['postgres://me:hush@h/d/t', 'postgres://me@h/d/t'])(
    'refuses %s, and does not repeat it',
    (address) => {
      expect(() => parsePostgresAddress(address)).toThrow(/^(?!.*hush).*PGPASSWORD/);
    },
  );
});
