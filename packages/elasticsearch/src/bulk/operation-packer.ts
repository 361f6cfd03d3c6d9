import type { BulkOperation } from './bulk-writer.ts';

/** An operation on its way. */
export interface PendingOperation {
  readonly operation: BulkOperation;
  /** Its place among all operations of the call. */
  readonly order: number;
  /** Times it was sent so far. */
  tries: number;
}

/** Hands operations out in portions; those to be sent again come first. */
export interface OperationPacker {
  /**
   * @returns the next operations up to both limits, at least one while there are any, [] at the end. Rejects with what
   * `pause` does.
   */
  take(limits: { readonly bytes: number; readonly operations: number }): Promise<readonly PendingOperation[]>;
  putBack(operations: readonly PendingOperation[]): void;
}

/**
 * Takes from the iterable only what a portion needs, so that a large document is not held in memory twice.
 * @param pause is awaited before each operation is made: some megabytes of them take a tenth of a second.
 */
export function packOperations(
  operations: Iterable<BulkOperation>,
  pause: () => Promise<void>,
): OperationPacker {
  const iterator = operations[Symbol.iterator]();
  let waiting: PendingOperation[] = [];
  let order = 0;

  function next(): PendingOperation | null {
    const result = iterator.next();
    return result.done === true ? null : { operation: result.value, order: order++, tries: 0 };
  }

  return {
    async take(limits) {
      const portion: PendingOperation[] = [];
      let bytes = 0;
      let taken = 0;
      while (portion.length < limits.operations) {
        await pause();
        const again = waiting[taken];
        const pending = again ?? next();
        if (pending === null) break;
        bytes += Buffer.byteLength(pending.operation.lines);
        if (portion.length > 0 && bytes > limits.bytes) {
          if (again === undefined) waiting.push(pending);
          break;
        }
        if (again !== undefined) taken += 1;
        portion.push(pending);
      }
      waiting = waiting.slice(taken);
      return portion;
    },
    putBack(operations) {
      waiting = [...operations, ...waiting];
    },
  };
}
