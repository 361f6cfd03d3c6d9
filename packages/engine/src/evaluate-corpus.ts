import { access } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { AppError, type CorpusName, shortHash } from '@winnow/core';
import {
  type EvaluationMode,
  type EvaluationReport,
  evaluate,
  evaluationModes,
  loadBeir,
  rankDocuments,
} from '@winnow/evaluation';
import { searchRequestSchema } from '@winnow/retrieval';
import type { Engine, EvaluationRequest } from './engine.ts';
import { followRun } from './follow-run.ts';

const graceMs = 5_000;
/** Chunks to rank documents by: all that two legs of 100 can bring. */
const chunksPerQuery = 200;

/**
 * Measures retrieval through the same path that users take: the documents become a corpus, are ingested by
 * workers, and are searched chunk by chunk; a document's rank is that of its best chunk.
 */
export async function evaluateCorpus(
  engine: Engine,
  request: EvaluationRequest,
  signal: AbortSignal,
): Promise<EvaluationReport> {
  const directory = resolve(request.data);
  const set = await loadBeir(directory, {
    qrels: request.qrels ?? 'test',
    ...(request.pool && { pool: request.pool }),
    signal,
  });
  const corpus = await ingestSet(engine, directory, request, signal);
  await engine.models.warm(corpus, signal);
  return await evaluate(
    set,
    async (query, mode) => {
      const response = await engine.queries.search(corpus, requestOf(query, mode, request.rerank), signal);
      return {
        documentIds: rankDocuments(response.hits),
        durationMs: response.timingsMs.total,
        cost: response.cost,
      };
    },
    {
      modes: request.modes ?? evaluationModes,
      signal,
      // Where judgments are within a pool, documents outside of it were never looked at.
      judgedOnly: request.pool !== undefined,
      ...(request.onQuery && { onProgress: request.onQuery }),
    },
  );
}

function requestOf(
  query: { readonly text: string; readonly filter: unknown },
  mode: EvaluationMode,
  reranker: string | undefined,
) {
  return searchRequestSchema.parse({
    query: query.text,
    mode: mode === 'rerank' ? 'hybrid' : mode,
    rerank: mode === 'rerank' ? (reranker ?? 'late-interaction') : 'none',
    // Quality is measured at full depth, so that a busy machine does not change the result.
    rerankBudgetMs: null,
    deadlineMs: 60_000,
    // Judgements are of every document, copies too.
    duplicates: 'show',
    k: chunksPerQuery,
    filter: query.filter,
  });
}

/** @returns the name of the corpus, which is the same for the same folder and model: a second time embeds nothing. */
async function ingestSet(
  engine: Engine,
  directory: string,
  request: EvaluationRequest,
  signal: AbortSignal,
): Promise<CorpusName> {
  const path = await corpusFileIn(directory);
  const folder = basename(directory)
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '-')
    .slice(0, 30);
  const key = shortHash(`${directory}\0${request.embedder ?? ''}`)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
  const name = `eval-${folder}-${key.slice(0, 8)}` as CorpusName;
  const known = (await engine.corpora.list()).some((corpus) => corpus.name === name);
  if (!known) {
    await engine.corpora.create(
      { name, sources: [{ path }], ...(request.embedder && { embedder: request.embedder }) },
      signal,
    );
  }
  const started = await engine.runs.start(name);
  const worker = engine.createWorker();
  try {
    await worker.start();
    const report = await followRun(engine.runs, started.run, signal, {
      onReport: request.onRun ?? (() => {}),
    });
    if (report.state !== 'completed') {
      throw new AppError(
        'failed_precondition',
        report.reason ?? `the ingest of ${path} ended as ${report.state}`,
      );
    }
  } finally {
    await worker.close({ graceMs });
  }
  return name;
}

async function corpusFileIn(directory: string): Promise<string> {
  for (const file of ['corpus.jsonl', 'corpus.jsonl.gz']) {
    const path = join(directory, file);
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  throw new AppError('not_found', `${directory} holds no corpus.jsonl or corpus.jsonl.gz`);
}
