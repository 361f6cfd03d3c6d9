import type { Connection } from '../connection/connection.ts';
import { memoByKey } from './memo-by-key.ts';

/** Of how many shards indexes are, asked for once each: it never changes. */
export interface Shards {
  of(index: string): Promise<number>;
}

export function createShards(connection: Connection): Shards {
  return { of: memoByKey((index) => ask(connection, index)) };
}

async function ask(connection: Connection, index: string): Promise<number> {
  const answer = await connection.read((client, options) =>
    client.indices.getSettings({ index, name: 'index.number_of_shards' }, options),
  );
  return Number(answer[index]?.settings?.index?.number_of_shards ?? 1);
}
