import type { estypes } from '@elastic/elasticsearch';
import type { Connection } from '../connection/connection.ts';
import { indexError } from '../connection/index-error.ts';
import type { IndexDefinition } from './index-definitions.ts';

/**
 * Adds to an index what its version did not have yet. One of a later version stays as it is and can be written to all
 * the same, since versions only ever add fields.
 * @throws AppError `failed_precondition` if it holds vectors of other dimensions; `not_found` if it is not there.
 */
export async function bringForward(
  connection: Connection,
  index: string,
  { identity, properties, settings }: Pick<IndexDefinition, 'identity' | 'properties' | 'settings'>,
): Promise<void> {
  const meta = await metaOf(connection, index);
  const { dimensions, schema_version: version } = identity;
  if (dimensions !== null && meta.dimensions !== dimensions) {
    throw indexError(
      'failed_precondition',
      `index ${index} is there already with vectors of ${String(meta.dimensions)} dimensions instead of ${dimensions}: ` +
        'delete the corpus, then create it again',
      { context: { index } },
    );
  }
  if (typeof meta.schema_version === 'number' && meta.schema_version >= version) return;
  const { refresh_interval: refreshInterval } = settings;
  if (refreshInterval !== undefined) {
    await connection.write((client, options) =>
      client.indices.putSettings({ index, settings: { refresh_interval: refreshInterval } }, options),
    );
  }
  // The version goes with the last step: one that is broken off is begun again.
  await connection.write((client, options) =>
    client.indices.putMapping({ index, properties, _meta: { ...meta, schema_version: version } }, options),
  );
}

/**
 * What an index says of itself.
 * @throws AppError `not_found` if it is not there.
 */
export async function metaOf(connection: Connection, index: string): Promise<estypes.Metadata> {
  const answer = await connection.read((client, options) => client.indices.getMapping({ index }, options));
  return answer[index]?.mappings._meta ?? {};
}
