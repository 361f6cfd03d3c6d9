/** Signs that have a name in RTF, and that its reader drops or takes for letters. */
const signs: Readonly<Record<string, string>> = {
  '~': ' ',
  _: '-',
  emdash: '{\\uc1\\u8212?}',
  endash: '{\\uc1\\u8211?}',
  bullet: '{\\uc1\\u8226?}',
};

/** The same RTF with these signs as characters. */
export function withPlainSigns(bytes: Uint8Array): Buffer {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  // A backslash that stands for itself begins nothing.
  const plain = text.replace(
    /\\(?:([~_])|(emdash|endash|bullet)(?![a-z0-9-]) ?|\\)/g,
    (whole, sign, word) => {
      return signs[sign ?? word] ?? whole;
    },
  );
  return Buffer.from(plain, 'latin1');
}
