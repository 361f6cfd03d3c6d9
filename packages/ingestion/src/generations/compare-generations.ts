import {
  documentKeyOf,
  type GenerationRef,
  type ManifestEntry,
  manifestInOrder,
  type Store,
} from '@winnow/core';

/** How far one generation is from another, in documents. */
export interface GenerationGap {
  /** Documents that one has and the other has not, or has at other bytes. */
  readonly documents: number;
  /** Some of them. */
  readonly samples: readonly string[];
}

const maxSamples = 5;
const never = new AbortController().signal;

/**
 * Documents in which two generations of a corpus differ, by the bytes that each has accepted: who was made from the
 * same state of the sources differs in none. What failed in either counts as there: it was taken up.
 * @param options.since counts only documents whose entry the other one has written since. ISO 8601, UTC.
 * @param options.atMost stops counting there.
 */
export async function compareGenerations(
  { manifest }: Pick<Store, 'manifest'>,
  one: GenerationRef,
  other: GenerationRef,
  {
    signal = never,
    since,
    atMost = Number.POSITIVE_INFINITY,
  }: { readonly signal?: AbortSignal; readonly since?: string; readonly atMost?: number } = {},
): Promise<GenerationGap> {
  const samples: string[] = [];
  let documents = 0;
  for await (const [left, right] of pairs(
    manifestInOrder(manifest, one, signal),
    manifestInOrder(manifest, other, signal),
  )) {
    if (bytesOf(left) === bytesOf(right)) continue;
    if (since !== undefined && (right === null || right.updatedAt < since)) continue;
    documents += 1;
    const id = (left ?? right)?.documentId;
    if (id !== undefined && samples.length < maxSamples) samples.push(id);
    if (documents >= atMost) break;
  }
  return { documents, samples };
}

function bytesOf(entry: ManifestEntry | null): string | null {
  return entry === null || entry.state === 'deleted' ? null : entry.contentHash;
}

type Pair = readonly [ManifestEntry | null, ManifestEntry | null];

/** Entries of two lists in order of document key, side by side. */
async function* pairs(
  left: AsyncGenerator<ManifestEntry>,
  right: AsyncGenerator<ManifestEntry>,
): AsyncGenerator<Pair> {
  try {
    let one = await nextOf(left);
    let other = await nextOf(right);
    while (one !== null || other !== null) {
      const order = orderOf(one, other);
      yield [order <= 0 ? one : null, order >= 0 ? other : null];
      if (order <= 0) one = await nextOf(left);
      if (order >= 0) other = await nextOf(right);
    }
  } finally {
    await Promise.all([left.return(undefined), right.return(undefined)]);
  }
}

function orderOf(one: ManifestEntry | null, other: ManifestEntry | null): number {
  if (one === null) return 1;
  if (other === null) return -1;
  const [left, right] = [documentKeyOf(one.documentId), documentKeyOf(other.documentId)];
  return left === right ? 0 : left < right ? -1 : 1;
}

async function nextOf(entries: AsyncGenerator<ManifestEntry>): Promise<ManifestEntry | null> {
  const next = await entries.next();
  return next.done === true ? null : next.value;
}
