/** What a document's id, or the name of a file, ends in behind its last dot, in small letters; empty where there is none. */
export function extensionOf(name: string): string {
  return /\.([^./]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}
