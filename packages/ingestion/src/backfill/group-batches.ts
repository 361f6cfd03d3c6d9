import { type BatchEmbedder, type BatchText, shortHash } from '@winnow/core';

/** Texts of one batch. */
export interface TextGroup {
  /** Named by what is in it: the same texts make the same label again. */
  readonly label: string;
  readonly texts: readonly BatchText[];
}

/** A batch is held in memory while it is put together. */
const longestBatch = { texts: 20_000, bytes: 64 * 1024 * 1024 };

/** Cuts a stream of texts into batches, in order, each within the provider's limits and ours. */
export async function* groupBatches(
  texts: AsyncIterable<BatchText>,
  limits: Pick<BatchEmbedder, 'maxTextsPerBatch' | 'maxBytesPerBatch'>,
): AsyncGenerator<TextGroup> {
  const maxTexts = Math.min(limits.maxTextsPerBatch, longestBatch.texts);
  const maxBytes = Math.min(limits.maxBytesPerBatch, longestBatch.bytes);
  let group: BatchText[] = [];
  let bytes = 0;
  for await (const text of texts) {
    const size = Buffer.byteLength(text.text);
    if (group.length > 0 && (group.length === maxTexts || bytes + size > maxBytes)) {
      yield groupOf(group);
      group = [];
      bytes = 0;
    }
    group.push(text);
    bytes += size;
  }
  if (group.length > 0) yield groupOf(group);
}

function groupOf(texts: readonly BatchText[]): TextGroup {
  return { label: `winnow-${shortHash(texts.map(({ key }) => key).join())}`, texts };
}
