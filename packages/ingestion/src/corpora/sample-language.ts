import type { CorpusSource, Language, RawDocument, Source, SourceItem } from '@winnow/core';
import { detectLanguage } from '@winnow/text';
import type { IngestPorts } from '../ports.ts';

/** Documents that are enough to tell. */
const sampleSize = 20;
/** Items of a source that are looked at in all: a folder of pictures is not read to its end. */
const maxItems = 60;
/** Larger ones say no more about the language, and take longer. */
const maxBytes = 1024 * 1024;

export interface SamplePorts extends Pick<IngestPorts, 'openSource'> {
  /** The text of a document, parsed where it can neither block nor bring down this thread; null if it has none. */
  sampleText(raw: RawDocument, signal: AbortSignal): Promise<string | null>;
}

/** The language of most of the first documents; English where there is nothing to tell it by. */
export async function sampleLanguage(
  ports: SamplePorts,
  sources: readonly CorpusSource[],
  signal: AbortSignal,
): Promise<Exclude<Language, 'auto'>> {
  let chinese = 0;
  let seen = 0;
  for (const { settings } of sources) {
    const source = ports.openSource(settings);
    let looked = 0;
    for await (const item of source.scan({ after: null, signal })) {
      looked += 1;
      if (seen >= sampleSize || looked > maxItems) break;
      if (item.kind !== 'document' || item.bytes > maxBytes) continue;
      const raw = await readIfReadable(source, item, signal);
      const text = raw === null ? null : await ports.sampleText(raw, signal);
      if (text === null) continue;
      seen += 1;
      if (detectLanguage(text.slice(0, 20_000)) === 'zh') chinese += 1;
    }
  }
  return chinese > seen / 2 ? 'zh' : 'en';
}

/** One that cannot be read says nothing about the language, and is named by the first ingest. */
async function readIfReadable(
  source: Source,
  { documentId, location }: Extract<SourceItem, { readonly kind: 'document' }>,
  signal: AbortSignal,
): Promise<RawDocument | null> {
  try {
    return await source.read(documentId, location, signal);
  } catch {
    signal.throwIfAborted();
    return null;
  }
}
