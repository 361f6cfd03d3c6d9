import { AppError, type GenerationRef, type RunId } from '@winnow/core';
import type { Connection } from './connection.ts';
import { type IndexNames, planAlias, planAliases, writeAlias } from './names.ts';

interface PlannerPorts {
  readonly connection: Connection;
  readonly names: IndexNames;
}

/**
 * Lets one run write plans to a manifest and shuts out every other, in one update of the cluster's state: when it is
 * answered, nothing that another run still sends is taken.
 */
export async function admitPlanner(
  { connection, names }: PlannerPorts,
  ref: GenerationRef,
  runId: RunId,
): Promise<void> {
  const index = names.manifest(ref);
  const own = planAlias(index, runId);
  const answer = await connection.read((client, options) =>
    client.indices.getAlias({ index, name: planAliases(index), ignore_unavailable: true }, options),
  );
  const others = Object.keys(answer[index]?.aliases ?? {}).filter((alias) => alias !== own);
  const isIn = Object.hasOwn(answer[index]?.aliases ?? {}, own);
  if (isIn && others.length === 0) return;
  await connection.write((client, options) =>
    client.indices.updateAliases(
      {
        actions: [
          // All there are by then, also those that came after the look.
          { remove: { index, alias: planAliases(index), must_exist: false } },
          { add: { index, alias: own } },
        ],
      },
      options,
    ),
  );
}

/**
 * Writes as the admitted planner.
 * @throws AppError `canceled` if another run was admitted; `not_found` if the manifest is gone.
 */
export async function asPlanner<Result>(
  { connection, names }: PlannerPorts,
  ref: GenerationRef,
  runId: RunId,
  write: (alias: string) => Promise<Result>,
): Promise<Result> {
  const index = names.manifest(ref);
  try {
    return await write(planAlias(index, runId));
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (error.code !== 'not_found') throw error;
    const isThere = await connection.read((client, options) =>
      client.indices.existsAlias({ name: writeAlias(index) }, options),
    );
    if (!isThere) throw error;
    throw new AppError('canceled', `another run than ${runId} plans ${ref.corpus} by now`, { cause: error });
  }
}
