import type { Connection } from '../connection/connection.ts';
import { toAppError } from '../connection/errors.ts';
import { isFault } from '../connection/server-fault.ts';
import { bringForward } from './bring-forward.ts';
import type { IndexDefinition } from './index-definitions.ts';
import { writeAlias } from './names.ts';

/**
 * Makes an index, or takes the one that is there; one of an older version is brought forward. Who may not make
 * indexes can go on with those that are there.
 *
 * @throws AppError `failed_precondition` if an index of that name holds vectors of other dimensions.
 */
export async function ensureIndex(
  connection: Connection,
  index: string,
  definition: IndexDefinition,
): Promise<void> {
  if (!(await isThere(connection, index)) && (await create(connection, index, definition))) return;
  await bringForward(connection, index, definition);
  await untilReadable(connection, index);
}

export async function isThere(connection: Connection, index: string): Promise<boolean> {
  return await connection.read((client, options) => client.indices.exists({ index }, options));
}

/**
 * Whoever made the index a moment ago waited for its shard; others must too. Its status would not tell: an index
 * whose shard is yet to start counts as yellow.
 */
export async function untilReadable(connection: Connection, index: string): Promise<void> {
  await connection.read((client, options) =>
    client.cluster.health({ index, wait_for_active_shards: 1, timeout: '10s' }, options),
  );
}

/** @returns false if somebody else was first. */
async function create(connection: Connection, index: string, definition: IndexDefinition): Promise<boolean> {
  try {
    await connection.raw((client, options) =>
      client.indices.create(
        {
          index,
          settings: definition.settings,
          aliases: { [writeAlias(index)]: {} },
          mappings: {
            dynamic: 'strict',
            _meta: { ...definition.identity },
            _source: { excludes: [...definition.notInSource] },
            properties: definition.properties,
          },
        },
        options,
      ),
    );
    return true;
  } catch (thrown) {
    if (isFault(thrown, 'resource_already_exists_exception')) return false;
    throw toAppError(thrown, connection.address);
  }
}
