import { getSystemErrorMap } from 'node:util';
import { AppError } from '@winnow/core';

/**
 * What a refusal of the file system says about a path.
 * - `gone`: nothing is there
 * - `refused`: something is there, and is not for us
 * - `away`: it cannot be told, as on a drive that does not answer
 */
export type Trouble = 'gone' | 'refused' | 'away';

const codes: Readonly<Record<string, Trouble>> = {
  ENOENT: 'gone',
  ENOTDIR: 'gone',
  EACCES: 'refused',
  EPERM: 'refused',
  EISDIR: 'refused',
  ELOOP: 'refused',
  ENAMETOOLONG: 'refused',
};

/** Something is there, and lies outside of where it may be read: a link was put in its place. */
export class LeadsOut extends Error {
  constructor() {
    super('it leads out of where it may be read');
    this.name = 'LeadsOut';
  }
}

/** @returns null for an error that does not come from the file system. */
export function troubleOf(error: unknown): Trouble | null {
  if (error instanceof LeadsOut) return 'refused';
  return isSystemError(error) ? (codes[error.code] ?? 'away') : null;
}

/** In words, without the path: `permission denied (EACCES)`. */
export function wordsOf(error: unknown): string {
  if (!isSystemError(error)) return AppError.from(error).message;
  const [, words] = getSystemErrorMap().get(error.errno) ?? [];
  return words === undefined ? error.code : `${words} (${error.code})`;
}

/**
 * The error of a source that cannot be opened itself. Errors that do not come from the file system stay as they are.
 * @param name what it is and where: `folder /data/docs`.
 */
export function sourceError(name: string, error: unknown): unknown {
  const trouble = troubleOf(error);
  if (trouble === null) return error instanceof AppError ? error.attributedTo('source') : error;
  const details = { cause: error, part: 'source' } as const;
  switch (trouble) {
    case 'gone':
      return new AppError('not_found', `there is no ${name}`, details);
    case 'refused':
      return new AppError('failed_precondition', `${name} may not be read: ${wordsOf(error)}`, details);
    case 'away':
      return new AppError('unavailable', `${name} does not answer: ${wordsOf(error)}`, details);
  }
}

/** The same for who reads one document: what is wrong with the whole source says nothing about the document. */
export function unavailableSource(name: string, error: unknown): unknown {
  const found = sourceError(name, error);
  if (!(found instanceof AppError) || found.part !== 'source' || found.retryable) return found;
  return new AppError('unavailable', found.message, { cause: error, part: 'source' });
}

interface SystemError extends Error {
  readonly code: string;
  readonly errno: number;
}

function isSystemError(error: unknown): error is SystemError {
  return (
    error instanceof Error &&
    'syscall' in error &&
    'code' in error &&
    typeof error.code === 'string' &&
    'errno' in error &&
    typeof error.errno === 'number'
  );
}
