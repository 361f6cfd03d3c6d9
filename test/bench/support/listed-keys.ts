import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Keys of a page, as S3 gives them at most. */
const pageSize = 1_000;

/** Answers to ListObjectsV2. */
export interface ListedKeys {
  readonly url: string;
  close(): void;
}

/**
 * A server that lists a bucket of any number of keys, and has none of them: each page is made when it is asked for, so
 * that a million cost it nothing. In the form that S3 publishes for ListObjectsV2, by `start-after`.
 * @param counts keys by the prefix that is asked for.
 */
export async function listKeys(counts: Readonly<Record<string, number>>): Promise<ListedKeys> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const prefix = searchParams.get('prefix') ?? '';
    const from = numberIn(searchParams.get('start-after'), -1) + 1;
    const keys = counts[prefix] ?? 0;
    const to = Math.min(keys, from + numberIn(searchParams.get('max-keys'), pageSize));
    response.setHeader('content-type', 'application/xml');
    response.end(pageOf({ bucket: pathname.split('/')[1] ?? '', prefix, from, to, keys }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The first whole number in a text: the keys' own are the first in each. */
function numberIn(text: string | null, otherwise: number): number {
  const digits = /\d+/.exec(text ?? '');
  return digits === null ? otherwise : Number(digits[0]);
}

interface Page {
  readonly bucket: string;
  readonly prefix: string;
  readonly from: number;
  readonly to: number;
  readonly keys: number;
}

function pageOf({ bucket, prefix, from, to, keys }: Page): string {
  const objects = Array.from({ length: to - from }, (_, at) => objectOf(prefix, from + at));
  return `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><Prefix>${prefix}</Prefix>\
<KeyCount>${to - from}</KeyCount><MaxKeys>${pageSize}</MaxKeys><IsTruncated>${to < keys}</IsTruncated>${objects.join('')}</ListBucketResult>`;
}

/** Like docs/0000123/report-of-the-month-123.md, in the order of keys. */
function objectOf(prefix: string, at: number): string {
  const key = `${prefix}docs/${String(at).padStart(7, '0')}/report-of-the-month-${at}.md`;
  const etag = at.toString(16).padStart(32, '0');
  return `<Contents><Key>${key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;${etag}&quot;</ETag><Size>1</Size><StorageClass>STANDARD</StorageClass></Contents>`;
}
