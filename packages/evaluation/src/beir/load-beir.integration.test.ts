import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadBeir } from './load-beir.ts';

const signal = new AbortController().signal;
const corpus = [
  { _id: 'd1', title: 'One', text: 'first line\u2028same record', metadata: { product: 'P1' } },
  { _id: 'd2', text: '第二份文件' },
];
const lines = (records: readonly unknown[]) =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'beir-'));
  await mkdir(join(directory, 'qrels'));
  await writeFile(
    join(directory, 'queries.jsonl'),
    lines([
      { _id: 'q1', text: 'one?', metadata: { product: 'P1' } },
      { _id: 'q2', text: 'never judged' },
      { _id: 'q3', text: 'nothing relevant' },
    ]),
  );
  await writeFile(
    join(directory, 'qrels/test.tsv'),
    'query-id\tcorpus-id\tscore\r\nq1\td1\t2\r\nq1\td2\t0\r\nq3\td1\t0\r\n',
  );
});
afterEach(() => rm(directory, { recursive: true }));

describe('loadBeir', () => {
  it.each([
    ['corpus.jsonl', lines(corpus)],
    ['corpus.jsonl.gz', gzipSync(lines(corpus))],
  ])('reads %s, and the queries that have a relevant document', async (name, content) => {
    await writeFile(join(directory, name), content);
    const set = await loadBeir(directory, { pool: 'product', signal });
    expect(set.documents).toEqual([
      { documentId: 'd1', title: 'One', text: 'first line\u2028same record', metadata: { product: 'P1' } },
      { documentId: 'd2', title: '', text: '第二份文件', metadata: {} },
    ]);
    expect(set.queries).toEqual([
      { queryId: 'q1', text: 'one?', filter: { op: 'eq', field: 'product', value: 'P1' } },
    ]);
    expect(set.judgments.get('q1')).toEqual(
      new Map([
        ['d1', 2],
        ['d2', 0],
      ]),
    );
  });

  it('names file and line of a malformed record', async () => {
    await writeFile(join(directory, 'corpus.jsonl'), `${JSON.stringify(corpus[0])}\n{"_id": 7}\n`);
    await expect(loadBeir(directory, { signal })).rejects.toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining('corpus.jsonl:2'),
    });
  });

  it('names the file that is missing', async () => {
    await writeFile(join(directory, 'corpus.jsonl'), lines(corpus));
    await expect(loadBeir(directory, { qrels: 'dev', signal })).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringMatching(
        /^there is no file .*qrels\/dev\.tsv: wanted is a folder with queries\.jsonl/,
      ),
    });
  });
});
