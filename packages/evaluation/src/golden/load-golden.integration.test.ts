import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readQueryFile } from '../verify/read-query-file.ts';
import { loadGolden } from './load-golden.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'golden-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), content);
  }
}

/** Texts and grades, without the ids that a format may or may not have. */
const contentOf = async (path: string, qrels?: string) =>
  (await loadGolden(path, qrels === undefined ? {} : { qrels })).queries.map(({ text, judgements }) => ({
    text,
    judgements,
  }));

const both = [
  { text: 'how often is the pump checked?', judgements: { 'pump.md': 2, 'valve.md': 0 } },
  { text: '泵多久检查一次', judgements: { 'pump.md': 1 } },
];

describe('loadGolden', () => {
  it("reads BEIR's layout without its corpus, and the judgements that were asked for", async () => {
    await put({
      'queries.jsonl': `{"_id":"1","text":"${both[0]?.text}"}\n{"_id":"2","text":"${both[1]?.text}"}\n`,
      'qrels/test.tsv': 'query-id\tcorpus-id\tscore\n1\tpump.md\t2\n1\tvalve.md\t0\n2\tpump.md\t1\n',
      'qrels/dev.tsv': 'query-id\tcorpus-id\tscore\n2\tpump.md\t1\n',
    });
    expect(await contentOf(directory)).toEqual(both);
    expect(await contentOf(directory, 'dev')).toEqual(both.slice(1));
  });

  it('reads TREC topics and qrels, in both of their forms', async () => {
    await put({
      'sgml/topics.1-2': `<top>\n<num> Number: 1\n<title> ${both[0]?.text}\n\n<desc> Description:\nlong\n</top>\n<top>\n<num>2<title>${both[1]?.text}\n</top>`,
      'sgml/qrels.txt': '1 0 pump.md 2\n1 0 valve.md 0\n2 0 pump.md 1\n3 0 pump.md 1\n',
      'lines/topics.tsv': `1\t${both[0]?.text}\n2\t${both[1]?.text}\n`,
      'lines/qrels': '1\tQ0\tpump.md\t2\r\n1\tQ0\tvalve.md\t0\r\n2\tQ0\tpump.md\t1\r\n',
    });
    expect(await contentOf(join(directory, 'sgml'))).toEqual(both);
    expect(await contentOf(join(directory, 'lines'))).toEqual(both);
  });

  it('reads a CSV file whose lines of the same text are one query', async () => {
    await put({
      'golden.csv': `\uFEFFQuery,DocumentId,note,grade\n"${both[0]?.text}",pump.md,"a, b",2\n${both[1]?.text},pump.md,,1\n"${both[0]?.text}",valve.md,,0\n`,
      'plain.csv': `query,document\n${both[1]?.text},pump.md\n`,
    });
    const read = await contentOf(join(directory, 'golden.csv'));
    expect(read.toSorted((one, other) => (one.text < other.text ? -1 : 1))).toEqual(both);
    expect(await contentOf(join(directory, 'plain.csv'))).toEqual(both.slice(1));
  });

  it.each([
    [
      'a CSV file without the columns',
      { 'golden.csv': 'a,b\n1,2\n' },
      'golden.csv',
      /golden.csv:1: the header/,
    ],
    [
      'a grade that is no number',
      { 'golden.csv': 'query,document,grade\nq,d,high\n' },
      'golden.csv',
      /golden.csv:2/,
    ],
    ['a line of qrels with too little in it', { topics: '1\tq\n', qrels: '1 0 d 1\n1 d 1\n' }, '', /qrels:2/],
    ['a folder with nothing of it', { 'readme.md': 'hello' }, '', /holds no golden queries/],
    [
      'several qrels without a choice',
      { topics: '1\tq\n', 'qrels.a': '1 0 d 1\n', 'qrels.b': '1 0 d 1\n' },
      '',
      /--qrels/,
    ],
    ['another file', { 'golden.txt': 'q' }, 'golden.txt', /no .csv file/],
  ])('names what is wrong with %s', async (_name, files, path, message) => {
    await put(files);
    await expect(loadGolden(join(directory, path))).rejects.toMatchObject({
      code: 'invalid_argument',
      message: expect.stringMatching(message),
    });
  });

  it('says that a path is not there', async () => {
    await expect(loadGolden(join(directory, 'nowhere'))).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('readQueryFile', () => {
  it('reads one query a line, or JSON lines, none twice', async () => {
    await put({
      'queries.txt': 'one\n\n  two  \none\n',
      'queries.jsonl': '{"_id":"1","text":"one"}\n{"text":"two"}\n',
      'empty.txt': '\n',
      'wrong.jsonl': '{"text":"one"}\n{"query":"two"}\n',
    });
    expect(await readQueryFile(join(directory, 'queries.txt'))).toEqual(['one', 'two']);
    expect(await readQueryFile(join(directory, 'queries.jsonl'))).toEqual(['one', 'two']);
    await expect(readQueryFile(join(directory, 'empty.txt'))).rejects.toMatchObject({
      code: 'invalid_argument',
    });
    await expect(readQueryFile(join(directory, 'wrong.jsonl'))).rejects.toThrow(/wrong.jsonl:2/);
  });
});
