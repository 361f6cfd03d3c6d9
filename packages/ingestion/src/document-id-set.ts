import { createHash } from 'node:crypto';
import type { DocumentId } from '@winnow/core';

export interface DocumentIdSet {
  /** @returns false if it was in already. */
  add(documentId: DocumentId): boolean;
  has(documentId: DocumentId): boolean;
}

/**
 * A set of document ids in 32 to 64 bytes each, whatever their length: 96 bits of SHA-256 in open
 * addressing. A run keeps one over everything that its source lists, millions of documents included.
 */
export function createDocumentIdSet(): DocumentIdSet {
  let capacity = 1_024;
  let size = 0;
  // Pairs of integers; a second one of 0 is a free place.
  let places = new Float64Array(2 * capacity);

  return {
    add(documentId) {
      if (2 * (size + 1) > capacity) grow();
      const [high, low] = hash(documentId);
      const place = find(high, low);
      if (places[place + 1] !== 0) return false;
      places[place] = high;
      places[place + 1] = low;
      size++;
      return true;
    },
    has(documentId) {
      return places[find(...hash(documentId)) + 1] !== 0;
    },
  };

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

function hash(documentId: DocumentId): [high: number, low: number] {
  const digest = createHash('sha256').update(documentId).digest();
  // 1 is added so that no pair looks like a free place.
  return [digest.readUIntBE(0, 6), digest.readUIntBE(6, 6) + 1];
}
