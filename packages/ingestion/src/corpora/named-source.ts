import { type CorpusSource, parseSourceId, type SourceSettings, sourceAddress } from '@winnow/core';

/** A source as somebody asks for it. */
export interface SourceRequest {
  /** Null: by the last part of where it is. */
  readonly id: string | null;
  readonly settings: SourceSettings;
}

/**
 * One of several sources, whose documents are told apart by its name.
 * @throws AppError `invalid_argument` for a name that cannot be.
 */
export function namedSource({ id, settings }: SourceRequest): CorpusSource {
  const sourceId = parseSourceId(id ?? nameFor(settings));
  // Who pushes a document names it, and asks for it by the same name.
  return { sourceId, prefix: settings.kind === 'push' ? '' : `${sourceId}:`, settings };
}

/** By the last part of where it is. */
function nameFor(settings: SourceSettings): string {
  if (settings.kind === 'push') return 'push';
  const last =
    sourceAddress(settings)
      .split(/[\\/]/)
      .findLast((part) => part !== '') ?? 'source';
  const name = last
    .toLowerCase()
    .replace(/\.(?:jsonl|ndjson|csv|tsv)(?:\.gz)?$/, '')
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 32);
  return name === '' ? 'source' : name;
}
