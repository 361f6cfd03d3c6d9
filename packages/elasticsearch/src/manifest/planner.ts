import type { estypes } from '@elastic/elasticsearch';
import { AppError, type GenerationRef, isStandingRun, type RunId } from '@winnow/core';
import type { Connection } from '../connection/connection.ts';
import { indexError } from '../connection/index-error.ts';
import { isThere } from '../indexes/ensure-index.ts';
import { type IndexNames, planAlias, planAliases, writeAlias } from '../indexes/names.ts';

interface PlannerPorts {
  readonly connection: Connection;
  readonly names: IndexNames;
}

/** Looks at who is in: two where nobody else asks, and one more for each that comes in between. */
const maxLooks = 10;

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
  let asked = false;
  for (let look = 0; look < maxLooks; look += 1) {
    const admitted = await admittedTo(connection, index);
    if (admitted.length === 1 && admitted[0] === own) return;
    // A run that asked later was let in and shut this one out, as it would have done a moment after this answer.
    if (asked && admitted.length > 0 && !admitted.includes(own)) return;
    const isOneOfSeveral = asked && admitted.length > 1;
    await (isOneOfSeveral ? keepOne(connection, index, admitted) : takePlace(connection, index, own));
    asked = true;
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

/** Of two that come at once each may miss the other's: the server looks up whom to remove before it removes. */
function takePlace(connection: Connection, index: string, own: string): Promise<void> {
  return changeAliases(connection, [
    { remove: { index, alias: planAliases(index), must_exist: false } },
    { add: { index, alias: own } },
  ]);
}

/**
 * Of several that are in at once, all who see them keep the same one, so that nobody undoes what another did. Changes
 * nothing if that one was shut out meanwhile: then those that were seen are no longer the state.
 */
async function keepOne(connection: Connection, index: string, admitted: readonly string[]): Promise<void> {
  const [kept, ...others] = admitted.toSorted();
  if (kept === undefined) return;
  try {
    await changeAliases(connection, [
      { remove: { index, alias: kept, must_exist: true } },
      { add: { index, alias: kept } },
      ...others.map((alias) => ({ remove: { index, alias, must_exist: false } })),
    ]);
  } catch (thrown) {
    if (AppError.from(thrown).code !== 'not_found') throw thrown;
  }
}

async function changeAliases(
  connection: Connection,
  actions: readonly estypes.IndicesUpdateAliasesAction[],
): Promise<void> {
  const answer = await connection.write((client, options) =>
    client.indices.updateAliases({ actions: [...actions] }, options),
  );
  if (answer.acknowledged) return;
  throw indexError(
    'unavailable',
    `not every node of ${connection.address} has taken up who may plan: try again`,
  );
}
