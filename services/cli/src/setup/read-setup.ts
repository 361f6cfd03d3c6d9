import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { AppError, issueWords, problemsOf } from '@winnow/core';
import { parse } from 'yaml';
import { type Setup, setupSchema } from './setup-schema.ts';

const maxBytes = 1024 * 1024;

/**
 * Reads what is wanted, with paths made absolute from the file's folder.
 * @throws AppError `not_found`; `invalid_argument` naming each place that is wrong.
 */
export async function readSetup(path: string): Promise<Setup> {
  const given = parsedYaml(path, await textOf(path));
  const parsed = setupSchema.safeParse(given, { error: issueWords });
  if (!parsed.success) {
    throw new AppError('invalid_argument', `${path}: ${problemsOf(parsed.error, given, 'the file')}`);
  }
  const folder = dirname(resolve(path));
  const corpora = Object.entries(parsed.data.corpora).map(([name, corpus]) => [
    name,
    {
      ...corpus,
      sources: corpus.sources.map((source) => ({ ...source, path: placeOf(source.path, folder) })),
    },
  ]);
  return { ...parsed.data, corpora: Object.fromEntries(corpora) };
}

async function textOf(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > maxBytes) {
      throw new AppError('invalid_argument', `${path} has ${size} bytes; the limit is ${maxBytes}`);
    }
    return await readFile(path, 'utf8');
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (error.code !== 'not_found') throw error;
    throw new AppError('not_found', `there is no ${path}: winnow apply FILE names another`, {
      cause: thrown,
    });
  }
}

function parsedYaml(path: string, text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch (cause) {
    const message =
      cause instanceof Error ? (cause.message.split('\n')[0] ?? '').replace(/:$/, '') : 'unknown';
    throw new AppError('invalid_argument', `${path} is no YAML: ${message}`, { cause });
  }
}

/** An address stays as it is. */
function placeOf(path: string, folder: string): string {
  return /^[a-z][a-z0-9+.-]*:/i.test(path) ? path : resolve(folder, path);
}
