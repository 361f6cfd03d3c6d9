import { createHash } from 'node:crypto';

/** A set that only grows. */
export interface DocumentIdSet {
  readonly size: number;
  /** @returns false if it was in already. */
  add(documentId: string): boolean;
  has(documentId: string): boolean;
  /** Takes in what {@link added} of another set gave. */
  load(packed: Uint8Array): void;
  /** What was added by {@link add} since the set was made or last asked, 12 bytes an id. */
  added(): Uint8Array;
  /** All of it, 12 bytes an id; takes nothing from what {@link added} gives. */
  packed(): Uint8Array;
}

const entryBytes = 12;

/**
 * A set of document ids in 32 to 64 bytes each, whatever their length: 96 bits of SHA-256 in open
 * addressing. A run keeps one over everything that its source lists, millions of documents included.
 */
export function createDocumentIdSet(): DocumentIdSet {
  let capacity = 1_024;
  let size = 0;
  // Pairs of integers; a second one of 0 is a free place.
  let places = new Float64Array(2 * capacity);
  let fresh = Buffer.alloc(0);
  let freshBytes = 0;

  return {
    get size() {
      return size;
    },
    add(documentId) {
      const digest = digestOf(documentId);
      const isNew = insert(...pairOf(digest, 0));
      if (isNew) keepFresh(digest);
      return isNew;
    },
    has(documentId) {
      return places[find(...pairOf(digestOf(documentId), 0)) + 1] !== 0;
    },
    load(packed) {
      const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
      for (let at = 0; at + entryBytes <= bytes.length; at += entryBytes) insert(...pairOf(bytes, at));
    },
    added() {
      const packed = fresh.subarray(0, freshBytes);
      fresh = Buffer.alloc(0);
      freshBytes = 0;
      return packed;
    },
    packed() {
      const packed = Buffer.alloc(size * entryBytes);
      let at = 0;
      for (let index = 0; index < places.length; index += 2) {
        const low = places[index + 1] ?? 0;
        if (low === 0) continue;
        packed.writeUIntBE(places[index] ?? 0, at, 6);
        packed.writeUIntBE(low - 1, at + 6, 6);
        at += entryBytes;
      }
      return packed;
    },
  };

  /** Side by side: a million small buffers would take more room than the set. */
  function keepFresh(digest: Buffer): void {
    if (freshBytes + entryBytes > fresh.length) {
      const grown = Buffer.alloc(Math.max(64 * entryBytes, 2 * fresh.length));
      fresh.copy(grown);
      fresh = grown;
    }
    digest.copy(fresh, freshBytes);
    freshBytes += entryBytes;
  }

  function insert(high: number, low: number): boolean {
    if (2 * (size + 1) > capacity) grow();
    const place = find(high, low);
    if (places[place + 1] !== 0) return false;
    places[place] = high;
    places[place + 1] = low;
    size++;
    return true;
  }

  /** Where the pair is, or the free place for it. */
  function find(high: number, low: number): number {
    let place = 2 * (high % capacity);
    while (places[place + 1] !== 0 && (places[place] !== high || places[place + 1] !== low)) {
      place = (place + 2) % (2 * capacity);
    }
    return place;
  }

  function grow(): void {
    const old = places;
    capacity *= 2;
    places = new Float64Array(2 * capacity);
    for (let index = 0; index < old.length; index += 2) {
      const high = old[index] ?? 0;
      const low = old[index + 1] ?? 0;
      if (low === 0) continue;
      const place = find(high, low);
      places[place] = high;
      places[place + 1] = low;
    }
  }
}

function digestOf(documentId: string): Buffer {
  return createHash('sha256').update(documentId).digest().subarray(0, entryBytes);
}

/** 1 is added so that no pair looks like a free place. */
function pairOf(bytes: Buffer, at: number): [high: number, low: number] {
  return [bytes.readUIntBE(at, 6), bytes.readUIntBE(at + 6, 6) + 1];
}
