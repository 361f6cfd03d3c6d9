import type { Connection } from './connection.ts';

/** Of how many shards indexes are, asked for once each. */
export interface Shards {
  of(index: string): Promise<number>;
}

export function createShards(connection: Connection): Shards {
  const known = new Map<string, Promise<number>>();
  return {
    of(index) {
      const asked = known.get(index) ?? ask(connection, index);
      known.set(index, asked);
      asked.catch(() => known.delete(index));
      return asked;
    },
  };
}

async function ask(connection: Connection, index: string): Promise<number> {
  const answer = await connection.read((client, options) =>
    client.indices.getSettings({ index, name: 'index.number_of_shards' }, options),
  );
  return Number(answer[index]?.settings?.index?.number_of_shards ?? 1);
}
