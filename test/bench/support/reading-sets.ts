import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ChunkId, DocumentId } from '@winnow/core';
import type { ContextSource } from '@winnow/retrieval';
import { searchTerms } from '@winnow/text';

/** A question with passages to answer it from. */
export interface ReadingQuestion {
  readonly id: string;
  readonly question: string;
  readonly sources: readonly ContextSource[];
  /** Whether what was quoted holds the answer; null where nothing in the sources answers. */
  readonly holdsAnswer: ((quoted: string) => boolean) | null;
}

interface Row {
  readonly _id: string;
  readonly title?: string;
  readonly text: string;
  readonly metadata?: { readonly product?: string; readonly answerable?: string };
}

/** As many as an answer is made of by default. */
const passageCount = 5;

/**
 * Of a set of reading comprehension: each question twice, from the five paragraphs that BM25 finds, and from the
 * five that it finds where the question's own paragraph is left out.
 */
export function paragraphQuestions(folder: string, count: number): readonly ReadingQuestion[] {
  const rows = linesOf<Row>(folder, 'corpus.jsonl');
  const find = openBm25(rows);
  const answers = new Map(
    linesOf<{ query_id: string; doc_id: string; answers: string[] }>(folder, 'answers.jsonl').map((one) => [
      one.query_id,
      one,
    ]),
  );
  return everyNth(linesOf<Row>(folder, 'queries.jsonl'), count).flatMap(({ _id: id, text: question }) => {
    const answered = answers.get(id);
    if (answered === undefined) return [];
    const found = find(question, passageCount + 1);
    const others = found.filter(({ _id }) => _id !== answered.doc_id);
    const holdsAnswer = (quoted: string) =>
      answered.answers.some((answer) => plain(quoted).includes(plain(answer)));
    return [
      { id, question, sources: sourcesOf(found.slice(0, passageCount)), holdsAnswer },
      { id, question, sources: sourcesOf(others.slice(0, passageCount)), holdsAnswer: null },
    ];
  });
}

/** Of ePQA: questions about a product, from the five of its snippets that BM25 finds; some have no answer there. */
export function productQuestions(folder: string, count: number): readonly ReadingQuestion[] {
  const byProduct = Map.groupBy(linesOf<Row>(folder, 'corpus.jsonl'), (row) => row.metadata?.product);
  const grades = new Map(
    readFileSync(join(folder, 'qrels/test.tsv'), 'utf8')
      .split('\n')
      .map((line) => line.split('\t'))
      .map(([query, row, grade]) => [`${query} ${row}`, Number(grade)]),
  );
  return everyNth(linesOf<Row>(folder, 'queries.jsonl'), count).map(({ _id: id, text, metadata }) => {
    const rows = byProduct.get(metadata?.product) ?? [];
    const good = rows
      .filter((row) => (grades.get(`${id} ${row._id}`) ?? 0) > 0)
      .map((row) => plain(row.text));
    return {
      id,
      question: text,
      sources: sourcesOf(openBm25(rows)(text, passageCount)),
      holdsAnswer:
        metadata?.answerable === 'no'
          ? null
          : (quoted) => good.some((snippet) => piecesOf(quoted).some((piece) => snippet.includes(piece))),
    };
  });
}

/** What was quoted of each source. */
function piecesOf(quoted: string): readonly string[] {
  return quoted
    .split(/\s*\[\d+\]\s*/)
    .map(plain)
    .filter((piece) => piece !== '');
}

/** White space and marks of citations make no difference. */
function plain(text: string): string {
  return text
    .replace(/\[\d+\]/g, '')
    .replace(/\s+/g, '')
    .toLowerCase();
}

function sourcesOf(rows: readonly Row[]): readonly ContextSource[] {
  return rows.map(({ _id, title = '', text }, index) => ({
    n: index + 1,
    rank: index + 1,
    documentId: _id as DocumentId,
    chunkId: _id as ChunkId,
    position: 0,
    title,
    headings: [],
    text,
    start: 0,
    end: text.length,
  }));
}

/** BM25 with k1 1.2 and b 0.75. */
function openBm25(rows: readonly Row[]): (question: string, count: number) => readonly Row[] {
  const lists = rows.map(({ text }) => searchTerms(text));
  const mean = lists.reduce((sum, { length }) => sum + length, 0) / Math.max(lists.length, 1);
  const postings = new Map<string, Map<number, number>>();
  for (const [at, terms] of lists.entries()) {
    for (const term of terms) {
      const held = postings.get(term) ?? new Map<number, number>();
      postings.set(term, held.set(at, (held.get(at) ?? 0) + 1));
    }
  }
  return (question, count) => {
    const scores = new Map<number, number>();
    for (const term of new Set(searchTerms(question))) {
      const held = postings.get(term) ?? new Map<number, number>();
      const idf = Math.log1p((rows.length - held.size + 0.5) / (held.size + 0.5));
      for (const [at, often] of held) {
        const length = 0.25 + (0.75 * (lists[at]?.length ?? 0)) / mean;
        scores.set(at, (scores.get(at) ?? 0) + (idf * often * 2.2) / (often + 1.2 * length));
      }
    }
    const ranked = [...scores].sort(([, left], [, right]) => right - left).slice(0, count);
    return ranked.flatMap(([at]) => rows[at] ?? []);
  };
}

function everyNth<Value>(values: readonly Value[], count: number): readonly Value[] {
  const step = Math.max(1, Math.floor(values.length / count));
  return values.filter((_value, index) => index % step === 0).slice(0, count);
}

function linesOf<Value>(folder: string, file: string): readonly Value[] {
  const bytes = readFileSync(join(folder, file));
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  return text
    .split('\n')
    .filter(Boolean)
    .map((line): Value => JSON.parse(line));
}
