import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';

/** Lines of a body as they come in, empty ones left out; none without a body. */
export async function* linesOf(body: globalThis.ReadableStream<Uint8Array> | null): AsyncGenerator<string> {
  if (body === null) return;
  // The same stream under the two names that Node and the web have for its type.
  const input = Readable.fromWeb(body as ReadableStream<Uint8Array>);
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line !== '') yield line;
  }
}
