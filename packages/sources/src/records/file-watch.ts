import { type FileState, mayHaveGrown, stateOf } from './file-state.ts';
import { NotWhole } from './not-whole.ts';

/** Looks after a file while it is read. */
export interface FileWatch {
  /** Whether something was appended since the watch began. */
  readonly hasGrown: boolean;
  /** @throws NotWhole if anything but appending happened since the watch began. */
  look(): Promise<void>;
}

/**
 * @param since the state of the file when the watch begins.
 * @param isLeft whether what was read is still there, now that the file is larger.
 */
export function watchFile(path: string, since: FileState, isLeft: () => Promise<boolean>): FileWatch {
  let known = since;
  return {
    get hasGrown() {
      return known !== since;
    },
    async look() {
      const now = await stateOf(path);
      if (now === known) return;
      if (!mayHaveGrown(known, now) || !(await isLeft())) throw new NotWhole('changed');
      known = now;
    },
  };
}

/** Gives each chunk only after a look at the file has shown that it was read of the file that is watched. */
export async function* watchedChunks(
  chunks: AsyncIterable<Uint8Array>,
  watch: FileWatch,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    await watch.look();
    yield chunk;
  }
  await watch.look();
}
