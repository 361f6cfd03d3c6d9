import { readFile } from 'node:fs/promises';
import { AppError, parseJson } from '@winnow/core';
import { InvalidArgumentError } from 'commander';

/** A parser for an option that takes a whole number within bounds. */
export function wholeNumber(minimum: number, maximum: number): (given: string) => number {
  return (given) => {
    const value = Number(given);
    if (given.trim() !== '' && Number.isInteger(value) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`must be a whole number from ${minimum} to ${maximum}.`);
  };
}

/** A parser for an option that takes a number within bounds. */
export function numberBetween(minimum: number, maximum: number): (given: string) => number {
  return (given) => {
    const value = Number(given);
    if (given.trim() !== '' && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`must be a number from ${minimum} to ${maximum}.`);
  };
}

/** A parser for an option that may be repeated. */
export function collect(given: string, before: readonly string[] = []): readonly string[] {
  return [...before, given];
}

/** A parser for an option that takes a condition on metadata, as JSON. */
export function filter(given: string): unknown {
  const value = parseJson(given);
  if (value !== undefined) return value;
  throw new InvalidArgumentError('must be JSON, such as {"op":"eq","field":"lang","value":"en"}.');
}

/** @throws AppError `invalid_argument` if the file cannot be read or holds no JSON. */
export async function readJsonFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (thrown) {
    const problem = thrown instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new AppError('invalid_argument', `${path} ${problem}`, { cause: thrown });
  }
}
