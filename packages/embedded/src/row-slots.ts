/** Row ids that share an array. Few, so that those left over among many that are gone take little. */
const pageSize = 256;

/** Where each row of a table is kept: as a map would say, at 4 bytes a row where row ids follow each other, instead of some 50. */
export interface RowSlots {
  readonly size: number;
  /** Null for a row that is not kept. */
  get(row: number): number | null;
  /** @param slot 0 to 2³¹ − 2. */
  set(row: number, slot: number): void;
  delete(row: number): void;
}

interface Page {
  /** A slot + 1 each; 0: none. */
  readonly slots: Int32Array;
  used: number;
}

export function createRowSlots(): RowSlots {
  const pages = new Map<number, Page>();
  let size = 0;
  const placeOf = (row: number) => ({ at: row % pageSize, of: Math.floor(row / pageSize) });
  return {
    get size() {
      return size;
    },
    get(row) {
      const { at, of } = placeOf(row);
      const slot = pages.get(of)?.slots[at] ?? 0;
      return slot === 0 ? null : slot - 1;
    },
    set(row, slot) {
      const { at, of } = placeOf(row);
      const page = pages.get(of) ?? { slots: new Int32Array(pageSize), used: 0 };
      pages.set(of, page);
      if (page.slots[at] === 0) {
        page.used += 1;
        size += 1;
      }
      page.slots[at] = slot + 1;
    },
    delete(row) {
      const { at, of } = placeOf(row);
      const page = pages.get(of);
      if (page === undefined || page.slots[at] === 0) return;
      page.slots[at] = 0;
      page.used -= 1;
      size -= 1;
      if (page.used === 0) pages.delete(of);
    },
  };
}
