import type { Forward, PassingAnswer, PassingRequest } from '../../../infra/dev/http-proxy.ts';

/** An operation of a bulk request, as it is written there. */
interface Operation {
  readonly action: string;
  readonly lines: readonly string[];
  readonly isRefused: boolean;
}

/**
 * Has some operations of a bulk request refused as a server does that has no room in its write queue: the others are
 * done, and each operation has its item in the answer.
 */
export async function withRefusedItems(
  request: PassingRequest,
  forward: Forward,
  isRefused: () => boolean,
): Promise<PassingAnswer> {
  const operations = [...operationsOf(request.body.toString(), isRefused)];
  const passed = operations.filter((operation) => !operation.isRefused);
  if (passed.length === operations.length) return await forward(request);
  const answer = await forward({ ...request, body: bodyOf(passed) });
  if (answer.status !== 200) return answer;
  const body = JSON.parse(answer.body.toString());
  const done: unknown[] = [...body.items];
  const items = operations.map(({ action, isRefused: refused }) =>
    refused ? refusedItem(action) : done.shift(),
  );
  const whole = { ...body, errors: true, items };
  return { ...answer, body: Buffer.from(JSON.stringify(whole)) };
}

/** The first one is never refused, so that there is an answer of the server's own to add to. */
function* operationsOf(body: string, isRefused: () => boolean): Iterable<Operation> {
  const lines = body.split('\n').filter((line) => line !== '');
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    const action = Object.keys(JSON.parse(line))[0] ?? '';
    const length = action === 'delete' ? 1 : 2;
    yield { action, lines: lines.slice(at, at + length), isRefused: at > 0 && isRefused() };
    at += length;
  }
}

function bodyOf(operations: readonly Operation[]): Buffer {
  return Buffer.from(operations.flatMap(({ lines }) => lines.map((line) => `${line}\n`)).join(''));
}

function refusedItem(action: string): unknown {
  const error = { type: 'es_rejected_execution_exception', reason: 'a fault test says so' };
  return { [action]: { _index: '', _id: '', status: 429, error } };
}
