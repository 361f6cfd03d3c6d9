import type { Connection } from '../connection/connection.ts';
import type { BulkAction, BulkAnswerItem } from './bulk-outcome.ts';
import type { BulkOperation } from './bulk-writer.ts';

/** One item of an answer, under the name of its action. */
export type BulkAnswerEntry = Partial<Record<BulkAction, BulkAnswerItem>>;

/**
 * One bulk request through an alias; an alias that is gone is never made an index.
 * @returns an entry for each operation, in order.
 * @throws what the client throws.
 */
export async function sendBulk(
  connection: Connection,
  alias: string,
  operations: readonly BulkOperation[],
  signal: AbortSignal | undefined,
): Promise<readonly BulkAnswerEntry[]> {
  const request = {
    method: 'POST',
    path: `/${encodeURIComponent(alias)}/_bulk`,
    querystring: { require_alias: true },
    bulkBody: operations.map(({ lines }) => lines).join(''),
  };
  const answer = await connection.raw(
    (client, options) => client.transport.request<{ items?: readonly BulkAnswerEntry[] }>(request, options),
    signal,
  );
  return answer.items ?? [];
}
