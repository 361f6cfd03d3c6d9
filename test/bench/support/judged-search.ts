import { join } from 'node:path';
import { type Engine, followRun, type SearchRequest, searchRequestSchema } from '@winnow/engine';
import {
  type BeirQuery,
  type Grades,
  loadBeir,
  rankDocuments,
} from '../../../packages/evaluation/src/index.ts';
import { ndcgAtK } from '../../../packages/evaluation/src/metrics/ndcg-at-k.ts';
import { recallAtK } from '../../../packages/evaluation/src/metrics/recall-at-k.ts';

/** What a search made of one query. */
export interface Judged {
  readonly ndcg: number;
  readonly recall: number;
  readonly feedbackMs: number;
}

/** A judged set that is ingested, and how a search of it is judged. */
export interface JudgedSet {
  readonly queries: readonly BeirQuery[];
  ask(query: BeirQuery, request: Partial<Omit<SearchRequest, 'query'>>): Promise<Judged>;
}

/**
 * @param set `FOLDER[:QRELS[:odd|even]][@MODEL][+POOL]`: a folder in BEIR layout, a file of its qrels (`test`), every other
 * query or all, the embedder, the metadata that queries and documents share. Ingested once.
 */
export async function openJudgedSet(engine: Engine, set: string, signal: AbortSignal): Promise<JudgedSet> {
  const parts = /^([^@+]*)(?:@([^+]*))?(?:\+(.*))?$/.exec(set) ?? [];
  const [, place = '', model = 'all-MiniLM-L6-v2', pool] = parts;
  const [folder = '', qrels = 'test', half = ''] = place.split(':');
  const {
    name: setName,
    queries,
    judgments,
  } = await loadBeir(folder, { qrels, ...(pool && { pool }), signal });
  const name = `late-${setName}-${model.toLowerCase().replace(/[^a-z0-9]/g, '-')}`;
  await ingestJudged(engine, { name, folder, embedder: model }, signal);
  return {
    queries: queries.filter((_, index) => half === '' || index % 2 === (half === 'odd' ? 1 : 0)),
    async ask({ queryId, text, filter }, request) {
      const grades: Grades = judgments.get(queryId) ?? new Map();
      const asked = searchRequestSchema.parse({
        query: text,
        filter,
        rerankBudgetMs: null,
        deadlineMs: 60_000,
        duplicates: 'show',
        k: 100,
        ...request,
      });
      const { hits, timingsMs } = await engine.queries.search(name, asked, signal);
      // Where judgements are within a pool, documents outside of it were never looked at.
      const ids = rankDocuments(hits).filter((id) => pool === undefined || grades.has(id));
      return {
        ndcg: ndcgAtK(ids, grades, 10),
        recall: recallAtK(ids, grades, 100),
        feedbackMs: timingsMs.feedback,
      };
    },
  };
}

/** Ingests a judged set, once: a corpus of that name is taken as it is. */
export async function ingestJudged(
  engine: Engine,
  { name, folder, embedder }: { readonly name: string; readonly folder: string; readonly embedder: string },
  signal: AbortSignal,
): Promise<void> {
  if ((await engine.corpora.list()).some((corpus) => corpus.name === name)) return;
  const file = folder.endsWith('scifact') ? 'corpus.jsonl.gz' : 'corpus.jsonl';
  await engine.corpora.create({ name, sources: [{ path: join(folder, file) }], embedder }, signal);
  const worker = engine.createWorker();
  await worker.start();
  const { run } = await engine.runs.start(name);
  await followRun(engine.runs, run, signal, { onReport() {} });
  await worker.close({ graceMs: 1_000 });
}

export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}
