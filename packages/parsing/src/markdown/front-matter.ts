import { type Metadata, metadataOf } from '@winnow/core';
import { parse } from 'yaml';

export interface FrontMatter {
  readonly title: string | null;
  readonly metadata: Metadata;
  readonly warnings: readonly string[];
}

/** Reads what stands between the `---` lines. Aliases are refused, since a few can stand for gigabytes. */
export function readFrontMatter(yaml: string): FrontMatter {
  let value: unknown;
  try {
    value = parse(yaml, { schema: 'core', maxAliasCount: 0, logLevel: 'error' });
  } catch {
    return { title: null, metadata: {}, warnings: ['The front matter is not YAML and was left out.'] };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { title: null, metadata: {}, warnings: [] };
  }
  const fields = Object.entries(value);
  const title = fields.find(([key]) => key === 'title')?.[1];
  return {
    title: typeof title === 'string' && title.trim() !== '' ? title.trim() : null,
    metadata: metadataOf(fields.filter(([key]) => key !== 'title')),
    warnings: [],
  };
}
