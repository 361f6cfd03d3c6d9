import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Engine, followRun } from '@winnow/engine';

/** A judged set of documents that becomes a corpus of its own. */
export interface JudgedSet {
  readonly name: string;
  /** Within the folder of data. */
  readonly file: string;
  readonly embedder: string;
  /** What is indexed of a record; null leaves it out. */
  readonly documentOf: (record: JudgedRecord) => IndexedRecord | null;
}

export type JudgedRecord = Readonly<Record<string, unknown>>;

interface IndexedRecord {
  readonly _id: unknown;
  readonly title?: unknown;
  readonly text: unknown;
}

/** Lines of a JSONL file, unpacked where it is packed. */
export function recordsIn(path: string): readonly JudgedRecord[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/**
 * Makes a corpus of a judged set, or brings one that is there up to date: a second time embeds nothing.
 * @param work folder for the file that is its source.
 */
export async function ingestJudged(
  engine: Engine,
  set: JudgedSet,
  folders: { readonly data: string; readonly work: string },
  signal: AbortSignal,
): Promise<void> {
  await mkdir(folders.work, { recursive: true });
  const path = join(folders.work, `${set.name}.jsonl`);
  const documents = recordsIn(join(folders.data, set.file)).flatMap((record) => set.documentOf(record) ?? []);
  await writeFile(path, documents.map((document) => `${JSON.stringify(document)}\n`).join(''));
  if (!(await engine.corpora.list()).some(({ name }) => name === set.name)) {
    await engine.corpora.create({ name: set.name, sources: [{ path }], embedder: set.embedder }, signal);
  }
  const { run } = await engine.runs.start(set.name);
  const report = await followRun(engine.runs, run, signal, { onReport() {} });
  if (report.state !== 'completed') throw new Error(`${set.name} ended as ${report.state}: ${report.reason}`);
}

/** Bibliographic records: the catalogues write the venue in ways of their own, so it is left out. */
export const bibliography: JudgedSet = {
  name: 'dblp-acm',
  file: 'dblp-acm/docs.jsonl',
  embedder: 'all-MiniLM-L6-v2',
  documentOf: ({ _id, title, authors, year }) => ({ _id, title, text: `${authors}\n${year}` }),
};

/** Versions of documentation pages, by language, each with the embedder of its language. */
export const revisions: readonly JudgedSet[] = (
  [
    ['zh', 'bge-small-zh-v1.5'],
    ['en', 'all-MiniLM-L6-v2'],
  ] as const
).map(([language, embedder]) => ({
  name: `revisions-${language}`,
  file: 'doc-revisions/docs.jsonl.gz',
  embedder,
  documentOf: ({ _id, title, text, lang }) => (lang === language ? { _id, title, text } : null),
}));

/** Documents with topics. */
export const topicSets: readonly JudgedSet[] = [
  {
    name: 'newsgroups',
    file: 'newsgroups/docs.jsonl',
    embedder: 'all-MiniLM-L6-v2',
    documentOf: ({ _id, title, text }) => ({ _id, title, text }),
  },
  {
    name: 'banking77',
    file: 'banking77-train/docs.jsonl',
    embedder: 'all-MiniLM-L6-v2',
    documentOf: ({ _id, text }) => ({ _id, text }),
  },
  {
    name: 'csl',
    file: 'csl-dev/corpus.jsonl',
    embedder: 'bge-small-zh-v1.5',
    documentOf: ({ _id, title, text }) => ({ _id, title, text }),
  },
];
