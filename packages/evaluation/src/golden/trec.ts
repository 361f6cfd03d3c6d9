import { malformed } from '../beir/parsed-line.ts';
import { readLines, readText } from '../beir/read-lines.ts';
import type { GivenJudgement, GivenQuery } from './build-golden.ts';

/**
 * TREC topics: either `<top>` blocks with `<num>` and `<title>` (the title is the query), or a line for each query
 * with its number, a tab and the text.
 *
 * @throws AppError `not_found`; `invalid_argument` with file and line.
 * @see https://trec.nist.gov/data/topics_eng/
 */
export async function readTrecTopics(path: string, signal?: AbortSignal): Promise<readonly GivenQuery[]> {
  const content = await readText(path, signal);
  return /<top>/i.test(content) ? topicsOf(path, content) : await linesOf(path, signal);
}

function topicsOf(path: string, content: string): readonly GivenQuery[] {
  const blocks = content.split(/<top>/i).slice(1);
  return blocks.map((block, at) => {
    const queryId = fieldOf(block, 'num').replace(/^number:\s*/i, '');
    const text = fieldOf(block, 'title').replace(/^topic:\s*/i, '');
    if (queryId === '' || text === '') throw malformed(path, `topic ${at + 1} has no <num> or no <title>`);
    return { queryId, text };
  });
}

/** What stands behind a tag, up to the next; the tags of TREC are not closed. */
function fieldOf(block: string, tag: string): string {
  const text = new RegExp(`<${tag}>([^<]*)`, 'i').exec(block)?.[1] ?? '';
  return text.replace(/\s+/g, ' ').trim();
}

async function linesOf(path: string, signal?: AbortSignal): Promise<readonly GivenQuery[]> {
  return (await readLines(path, signal)).map(({ text: line, where }) => {
    const tab = line.indexOf('\t');
    const [queryId, text] = [line.slice(0, tab).trim(), line.slice(tab + 1).trim()];
    if (tab < 1 || text === '') throw malformed(where, 'expected a query id, a tab and the text');
    return { queryId, text };
  });
}

/**
 * TREC qrels: query id, an unused column, document id and grade, parted by white space.
 *
 * @throws AppError `not_found`; `invalid_argument` with file and line.
 * @see https://trec.nist.gov/data/qrels_eng/
 */
export async function readTrecQrels(path: string, signal?: AbortSignal): Promise<readonly GivenJudgement[]> {
  return (await readLines(path, signal)).map(({ text, where }) => {
    const [queryId, , documentId, grade = '', ...others] = text.trim().split(/\s+/);
    if (queryId === undefined || documentId === undefined || others.length > 0 || !/^-?\d+$/.test(grade)) {
      throw malformed(where, 'expected query id, 0, document id and a whole number');
    }
    return { queryId, documentId, grade: Number(grade) };
  });
}
