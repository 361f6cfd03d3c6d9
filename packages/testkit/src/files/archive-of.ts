import { zipSync } from 'fflate';

/** A zip archive of files by name. */
export function archiveOf(files: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const bytes = Object.entries(files).map(([name, content]) => [
    name,
    typeof content === 'string' ? Buffer.from(content) : content,
  ]);
  return Buffer.from(zipSync(Object.fromEntries(bytes)));
}
