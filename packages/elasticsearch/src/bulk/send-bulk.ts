import type { Connection } from '../connection/connection.ts';
import type { BulkAction, BulkAnswerItem } from './bulk-outcome.ts';
import type { BulkOperation } from './bulk-writer.ts';

/** One item of an answer, under the name of its action. */
export type BulkAnswerEntry = Partial<Record<BulkAction, BulkAnswerItem>>;

/** Of ten fields an item; what is said of a request that fails as a whole is not cut. */
const readOfItems = ['status', 'error.type', 'error.reason', '_seq_no', '_primary_term'].map(
  (field) => `items.*.${field}`,
);

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
    querystring: { require_alias: true, filter_path: readOfItems.join(',') },
    bulkBody: operations.map(({ lines }) => lines).join(''),
  };
  const answer = await connection.raw(
    (client, options) => client.transport.request<{ items?: readonly BulkAnswerEntry[] }>(request, options),
    signal,
  );
  return answer.items ?? [];
}
