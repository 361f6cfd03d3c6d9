import { access } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { DocumentId } from '@winnow/core';
import { z } from 'zod';
import type { BeirDocument, BeirSet } from './beir-set.ts';
import { type LoadBeirOptions, loadBeirQueries, metadataSchema } from './load-beir-queries.ts';
import { parsedLine } from './parsed-line.ts';
import { readBeirFile } from './read-beir-file.ts';
import type { Line } from './read-lines.ts';

const documentSchema = z.object({
  _id: z.string().min(1).max(1_024),
  title: z.string().default(''),
  text: z.string(),
  metadata: metadataSchema,
});

/**
 * Reads a judged collection: `corpus.jsonl` or `corpus.jsonl.gz`, `queries.jsonl`, `qrels/<name>.tsv` (a header,
 * then query id, document id and grade, tab-separated). Queries without a relevant document are left out.
 *
 * @param directory its name becomes the collection's.
 * @throws AppError `not_found` if a file is missing; `invalid_argument` with file and line if one is malformed.
 * @see https://github.com/beir-cellar/beir/wiki/Load-your-custom-dataset
 */
export async function loadBeir(directory: string, options: LoadBeirOptions = {}): Promise<BeirSet> {
  const judged = await loadBeirQueries(directory, options);
  const documents = (await readBeirFile(directory, await corpusFile(directory), options.signal)).map(
    documentOf,
  );
  return { name: basename(resolve(directory)), documents, ...judged };
}

async function corpusFile(directory: string): Promise<string> {
  const plain = 'corpus.jsonl';
  try {
    await access(join(directory, plain));
    return plain;
  } catch {
    return `${plain}.gz`;
  }
}

function documentOf(line: Line): BeirDocument {
  const { _id, title, text, metadata } = parsedLine(documentSchema, line);
  return { documentId: _id as DocumentId, title, text, metadata };
}
