/** HTML says its encoding within its first kilobytes, or nowhere. */
const headBytes = 4_096;

const declaration =
  /<meta\s[^>]{0,512}?charset\s*=\s*["']?\s*([\w.:-]{1,40})|<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})/i;

/** The encoding that a page says it is in, as it spells it; null if it says nothing. */
export function declaredCharset(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, headBytes)).toString(
    'latin1',
  );
  const match = declaration.exec(head);
  return match?.[1] ?? match?.[2] ?? null;
}
