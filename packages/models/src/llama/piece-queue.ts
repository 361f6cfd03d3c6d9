/** Hands pieces from who makes them to who reads them, in order. */
export interface PieceQueue {
  push(piece: string): void;
  /** Ends the reading once every piece is read. */
  end(): void;
  /** Ends the reading at once. */
  fail(error: unknown): void;
  /** One reader. @throws what it was failed with. */
  read(): AsyncIterable<string>;
}

export function createPieceQueue(): PieceQueue {
  const pieces: string[] = [];
  let ended = false;
  let failure: { readonly error: unknown } | null = null;
  let wake = () => {};
  return {
    push(piece) {
      pieces.push(piece);
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    fail(error) {
      failure ??= { error };
      wake();
    },
    async *read() {
      for (;;) {
        if (failure !== null) throw failure.error;
        const piece = pieces.shift();
        if (piece !== undefined) yield piece;
        else if (ended) return;
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
  };
}
