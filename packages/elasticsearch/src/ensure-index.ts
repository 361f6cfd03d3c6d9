import type { estypes } from '@elastic/elasticsearch';
import { errors } from '@elastic/elasticsearch';
import { AppError } from '@winnow/core';
import type { Connection } from './connection.ts';
import { faultOf, toAppError } from './errors.ts';
import type { IndexDefinition } from './index-definitions.ts';
import { writeAlias } from './names.ts';

/**
 * Makes an index, or takes the one that is there; one of an older version is brought forward.
 *
 * @throws AppError `failed_precondition` if an index of that name holds vectors of other dimensions.
 */
export async function ensureIndex(
  connection: Connection,
  index: string,
  definition: IndexDefinition,
): Promise<void> {
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
  } catch (thrown) {
    if (!isAlreadyThere(thrown)) throw toAppError(thrown, connection.address);
    await bringForward(connection, index, definition);
    await untilReadable(connection, index);
  }
}

/** Dimensions that an index was made with; null if it holds no vectors or is not there. */
export async function dimensionsOf(connection: Connection, index: string): Promise<number | null> {
  const dimensions = (await metaOf(connection, index)).dimensions;
  return typeof dimensions === 'number' ? dimensions : null;
}

function isAlreadyThere(thrown: unknown): boolean {
  return (
    thrown instanceof errors.ResponseError && faultOf(thrown).type === 'resource_already_exists_exception'
  );
}

/**
 * Whoever made the index a moment ago waited for its shard; we must too. Its status would not tell: an index
 * whose shard is yet to start counts as yellow.
 */
async function untilReadable(connection: Connection, index: string): Promise<void> {
  await connection.read((client, options) =>
    client.cluster.health({ index, wait_for_active_shards: 1, timeout: '10s' }, options),
  );
}

/**
 * Adds to an index what its version did not have. One of a later version stays as it is: versions only add fields.
 * @throws AppError `failed_precondition` for other dimensions; `not_found` if there is no such index.
 */
export async function bringForward(
  connection: Connection,
  index: string,
  definition: IndexDefinition,
): Promise<void> {
  const meta = await metaOf(connection, index);
  const { dimensions, schema_version: version } = definition.identity;
  if (dimensions !== null && meta.dimensions !== dimensions) {
    throw new AppError(
      'failed_precondition',
      `index ${index} is there already with vectors of ${String(meta.dimensions)} dimensions instead of ${dimensions}: ` +
        'delete the corpus, then create it again',
      { context: { index }, part: 'index' },
    );
  }
  if (typeof meta.schema_version === 'number' && meta.schema_version >= version) return;
  await connection.write((client, options) =>
    client.indices.putMapping(
      { index, properties: definition.properties, _meta: { ...meta, schema_version: version } },
      options,
    ),
  );
  const { refresh_interval: refreshInterval } = definition.settings;
  if (refreshInterval === undefined) return;
  await connection.write((client, options) =>
    client.indices.putSettings({ index, settings: { refresh_interval: refreshInterval } }, options),
  );
}

async function metaOf(connection: Connection, index: string): Promise<estypes.Metadata> {
  const answer = await connection.read((client, options) =>
    client.indices.getMapping({ index, ignore_unavailable: true }, options),
  );
  return answer[index]?.mappings._meta ?? {};
}
