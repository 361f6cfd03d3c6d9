import { setTimeout as wait } from 'node:timers/promises';
import { AppError, type GenerationRef, isStandingRun, type RunId } from '@winnow/core';
import type { Connection } from '../connection/connection.ts';
import { indexError } from '../connection/index-error.ts';
import { isThere } from '../indexes/ensure-index.ts';
import { type IndexNames, planAlias, planAliases, writeAlias } from '../indexes/names.ts';

interface PlannerPorts {
  readonly connection: Connection;
  readonly names: IndexNames;
}

/** Times that several who let a run in at the same moment look again; the last one of them wins. */
const maxRounds = 10;

/**
 * Lets one run write plans to a manifest and shuts out every other: its alias takes the place of all others in one
 * change of the cluster's state, which every node has taken up when it is answered. What another run sends after that
 * is refused; a request that the server was already carrying out may still end.
 *
 * @throws AppError `not_found` if the manifest is gone; `unavailable` if not every node has taken it up.
 */
export async function admitPlanner(
  { connection, names }: PlannerPorts,
  ref: GenerationRef,
  runId: RunId,
): Promise<void> {
  const index = names.manifest(ref);
  const own = planAlias(index, runId);
  for (let round = 0; round < maxRounds; round += 1) {
    const admitted = await admittedTo(connection, index);
    if (admitted.length === 1 && admitted[0] === own) return;
    await wait(Math.random() * 20 * round);
    await swapAliases(connection, index, own);
  }
  throw indexError('unavailable', `runs of ${ref.corpus} are admitted by too many at once: try again`);
}

/**
 * Writes as the admitted run, or as one that needs no admission.
 * @throws AppError `canceled` if another run was admitted; `not_found` if the manifest is gone.
 */
export async function asPlanner<Result>(
  { connection, names }: PlannerPorts,
  ref: GenerationRef,
  runId: RunId,
  write: (alias: string) => Promise<Result>,
): Promise<Result> {
  const index = names.manifest(ref);
  if (isStandingRun(runId)) return await write(writeAlias(index));
  try {
    return await write(planAlias(index, runId));
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (error.code !== 'not_found' || !(await isThere(connection, index))) throw error;
    throw indexError('canceled', `another run than ${runId} was admitted to ${ref.corpus}`, { cause: error });
  }
}

/** The aliases of the runs that are let in: one, unless several were let in at the same moment. */
async function admittedTo(connection: Connection, index: string): Promise<readonly string[]> {
  const answer = await connection.read((client, options) =>
    client.indices.getAlias({ index, name: planAliases(index) }, options),
  );
  return Object.keys(answer[index]?.aliases ?? {});
}

async function swapAliases(connection: Connection, index: string, own: string): Promise<void> {
  const actions = [
    // Those that are there when the server reads it; of two that come at once, each may miss the other's.
    { remove: { index, alias: planAliases(index), must_exist: false } },
    { add: { index, alias: own } },
  ];
  const answer = await connection.write((client, options) =>
    client.indices.updateAliases({ actions }, options),
  );
  if (answer.acknowledged) return;
  throw indexError(
    'unavailable',
    `not every node of ${connection.address} has taken up who may plan: try again`,
  );
}
