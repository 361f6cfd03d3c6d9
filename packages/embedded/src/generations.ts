import {
  AppError,
  type CorpusName,
  type GenerationRef,
  isStandingRun,
  type Generation as KeptGeneration,
  type RunId,
} from '@winnow/core';
import type { Rows, Statements } from './database.ts';
import { createTables, type GenerationTables, tablesOf } from './generation-tables.ts';

/** A generation as it stands in the file. */
export interface Generation {
  readonly id: number;
  readonly physicalName: string;
  readonly dimensions: number;
  /** Grows with each change of the chunks; equal numbers mean equal chunks. */
  readonly changes: number;
  /** The run that may plan; null while none was ever admitted. */
  readonly planner: string | null;
  readonly tables: GenerationTables;
}

/**
 * Makes the place of a generation, or finds it made. Inside a write transaction.
 * @throws AppError `failed_precondition` if the place has vectors of another length.
 */
export function ensureGeneration(
  database: Statements,
  corpus: CorpusName,
  { number, physicalName, dimensions }: Pick<KeptGeneration, 'number' | 'physicalName' | 'dimensions'>,
): void {
  const made = database.get<{ dimensions: number }>(
    'SELECT dimensions FROM generation WHERE physical_name = ?',
    physicalName,
  );
  if (made === undefined) {
    const { lastRowId } = database.run(
      'INSERT INTO generation (physical_name, corpus, number, dimensions) VALUES (?, ?, ?, ?)',
      physicalName,
      corpus,
      number,
      dimensions,
    );
    database.execute(createTables(lastRowId));
  } else if (made.dimensions !== dimensions) {
    throw new AppError(
      'failed_precondition',
      `the place ${physicalName} holds vectors of ${made.dimensions} numbers, not ${dimensions}`,
    );
  }
}

/** @throws AppError `not_found`, also where it is being dropped. */
export function generationOf(database: Rows, ref: GenerationRef): Generation {
  const row = database.get<{ id: number; dimensions: number; changes: number; planner: string | null }>(
    'SELECT id, dimensions, changes, planner FROM generation WHERE physical_name = ?',
    ref.physicalName,
  );
  if (row === undefined) {
    throw new AppError('not_found', `corpus ${ref.corpus} has no generation ${ref.generation}, any more`, {
      context: { physicalName: ref.physicalName },
    });
  }
  return { ...row, physicalName: ref.physicalName, tables: tablesOf(row.id) };
}

/**
 * Reads of a generation, which may be dropped between two of them: its tables go with it.
 * @throws AppError as `work` does, or `not_found` where it failed and the generation is gone.
 */
export async function whileThere<Result>(
  database: Rows,
  ref: GenerationRef,
  work: (generation: Generation) => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work(generationOf(database, ref));
  } catch (thrown) {
    generationOf(database, ref);
    throw thrown;
  }
}

/** @throws AppError `canceled` unless the run is the one that was admitted last, or needs no admission; or none ever was. */
export function checkPlanner({ planner }: Generation, runId: RunId): void {
  if (planner === null || planner === runId || isStandingRun(runId)) return;
  throw new AppError('canceled', `run ${runId} was overtaken: run ${planner} plans this generation now`);
}

/** Notes that the chunks have changed, inside the transaction that changes them. */
export function countChange(database: Statements, generation: Generation): void {
  database.run('UPDATE generation SET changes = changes + 1 WHERE id = ?', generation.id);
}
