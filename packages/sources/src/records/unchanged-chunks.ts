import { type FileState, mayHaveGrown, stateOf } from './file-state.ts';
import { changed, NotWhole } from './not-whole.ts';

/** What is known of a file while it is read. */
export interface FileWatch {
  readonly state: FileState;
  /** Whether what is appended to the file leaves as it was what has been read of it. */
  isGrown(): Promise<boolean>;
  /** Called once, when something was appended. */
  onGrown(): void;
}

/**
 * The chunks of a file for as long as it stays the file that it was: each is given only after a look at the file has
 * shown that it was read before anything but appending happened.
 * @throws NotWhole where something else happened.
 */
export async function* unchangedChunks(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  { state, isGrown, onGrown }: FileWatch,
): AsyncGenerator<Uint8Array> {
  let known = state;
  const look = async (): Promise<void> => {
    const now = await stateOf(path);
    if (now === known) return;
    if (!mayHaveGrown(known, now) || !(await isGrown())) throw new NotWhole(changed);
    if (known === state) onGrown();
    known = now;
  };
  for await (const chunk of chunks) {
    await look();
    yield chunk;
  }
  await look();
}
