import { createGunzip } from 'node:zlib';
import { NotWhole } from './not-whole.ts';

/** What any file may unpack to, in bytes. */
const freeBytes = 16 * 1024 * 1024;
/** Beyond it, unpacked bytes for each packed one: records of one kind come to 20, logs to 50, and only bombs to 1,000. */
const maxRatio = 200;

/**
 * Unpacks gzip, and gives all that came out before a file breaks off. A pipe would lose its last buffer to the
 * error. Memory is bounded by what one packed chunk can become, a thousand times its size.
 * @throws NotWhole where the packed bytes end too early, are damaged (then some of what came out may be wrong), or
 * become far more than they are.
 */
export async function* unpack(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  let ready: Uint8Array[] = [];
  let hasEnded = false;
  let failure: unknown = null;
  let wake = (): void => {};
  gunzip.on('data', (chunk: Uint8Array) => ready.push(chunk));
  gunzip.on('end', () => {
    hasEnded = true;
    wake();
  });
  gunzip.on('error', (error) => {
    failure = error;
    wake();
  });
  const settled = async (act: (done: () => void) => void): Promise<void> => {
    await new Promise<void>((resolve) => {
      wake = resolve;
      act(resolve);
    });
  };
  let packedBytes = 0;
  let unpackedBytes = 0;
  function* takeReady(): Generator<Uint8Array> {
    const chunks = ready;
    ready = [];
    for (const chunk of chunks) {
      unpackedBytes += chunk.length;
      if (unpackedBytes > freeBytes + packedBytes * maxRatio) throw new NotWhole('inflated');
      yield chunk;
    }
  }
  try {
    for await (const chunk of packed) {
      if (hasEnded) break;
      packedBytes += chunk.length;
      await settled((done) => gunzip.write(chunk, done));
      yield* takeReady();
      if (failure !== null) break;
    }
    if (failure === null && !hasEnded) await settled(() => gunzip.end());
    yield* takeReady();
    if (failure !== null) throw notWhole(failure);
  } finally {
    gunzip.destroy();
  }
}

function notWhole(cause: unknown): NotWhole {
  const isCut = cause instanceof Error && 'code' in cause && cause.code === 'Z_BUF_ERROR';
  return new NotWhole(isCut ? 'cut' : 'damaged', { cause });
}
