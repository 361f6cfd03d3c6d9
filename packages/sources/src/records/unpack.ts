import { createGunzip } from 'node:zlib';
import { NotWhole } from './not-whole.ts';

/**
 * Unpacks gzip, and gives all that came out before a file breaks off. A pipe would lose its last buffer to the
 * error. Memory is bounded by what one packed chunk can become, a thousand times its size.
 * @throws NotWhole where the packed bytes end too early, or are damaged: then some of what came out may be wrong.
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
  function* takeReady(): Generator<Uint8Array> {
    const chunks = ready;
    ready = [];
    yield* chunks;
  }
  try {
    for await (const chunk of packed) {
      if (hasEnded) break;
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
