/** Grows with every change of what any blob holds; blobs of other versions count as missing. */
const blobVersion = 4;
const prefixBytes = 8;

export interface BlobFrame {
  readonly header: unknown;
  readonly body: Uint8Array;
}

/** Version and header length (little-endian u32 each), a JSON header, then raw bytes. */
export function encodeBlobFrame(header: unknown, body: Uint8Array): Uint8Array {
  const json = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32LE(blobVersion, 0);
  prefix.writeUInt32LE(json.length, 4);
  return Buffer.concat([prefix, json, body]);
}

/** @returns null for bytes of another version. */
export function decodeBlobFrame(bytes: Uint8Array): BlobFrame | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < prefixBytes || buffer.readUInt32LE(0) !== blobVersion) return null;
  const headerEnd = prefixBytes + buffer.readUInt32LE(4);
  if (headerEnd > buffer.length) return null;
  return {
    header: JSON.parse(buffer.toString('utf8', prefixBytes, headerEnd)),
    body: buffer.subarray(headerEnd),
  };
}
