import { createHash } from 'node:crypto';

/**
 * Ids seen so far, as 64 bits of a hash each: millions cost megabytes, not hundreds of them. Two of a million
 * ids are taken for one with a chance of 3 in 10⁸.
 */
export class IdSet {
  #slots = new Uint32Array(2 * 1_024);
  #size = 0;

  /** @returns false if it was there before. */
  add(id: string): boolean {
    if (this.#size * 4 > this.#slots.length) this.#grow();
    const digest = createHash('sha1').update(id).digest();
    // Two zeros mark a free slot.
    if (!put(this.#slots, digest.readUInt32LE(0), (digest.readUInt32LE(4) | 1) >>> 0)) return false;
    this.#size += 1;
    return true;
  }

  #grow(): void {
    const larger = new Uint32Array(this.#slots.length * 2);
    for (let at = 0; at < this.#slots.length; at += 2) {
      const low = this.#slots[at + 1] ?? 0;
      if (low !== 0) put(larger, this.#slots[at] ?? 0, low);
    }
    this.#slots = larger;
  }
}

/** Open addressing with linear probing; the number of slots is a power of two. */
function put(slots: Uint32Array, high: number, low: number): boolean {
  const mask = slots.length / 2 - 1;
  for (let slot = (high ^ low) & mask; ; slot = (slot + 1) & mask) {
    const at = 2 * slot;
    if (slots[at + 1] === 0) {
      slots[at] = high;
      slots[at + 1] = low;
      return true;
    }
    if (slots[at] === high && slots[at + 1] === low) return false;
  }
}
