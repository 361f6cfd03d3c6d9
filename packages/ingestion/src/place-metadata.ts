import { type Metadata, maxMetadataKeys } from '@winnow/core';

/**
 * Adds to what is known of a document what filters find a file by: its `path`, its `name`, and as `folder` each folder
 * that it lies in, so that one of them stands for all that is below it. Fields of the document itself stay.
 * @param path within its source, with `/`; undefined: it is no file, and nothing is added.
 */
export function withPlace(metadata: Metadata, path: string | undefined): Metadata {
  if (path === undefined) return metadata;
  const parts = path.split('/');
  const folder = parts.slice(0, -1).map((_, at) => parts.slice(0, at + 1).join('/'));
  const place = { path, name: parts.at(-1) ?? path, ...(folder.length > 0 && { folder }) };
  const all = { ...place, ...metadata };
  return Object.keys(all).length > maxMetadataKeys ? metadata : all;
}
