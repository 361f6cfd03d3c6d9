import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { seedOf, unitVector } from '@winnow/testkit';
import { searchTerms } from '@winnow/text';

/** Bytes of a bulk request, as Elasticsearch recommends to begin with. */
const requestBytes = 5 * 1024 * 1024;

/**
 * The bodies of bulk requests with the documents of a file of JSON lines, a chunk each, with the fields that our own
 * index has for a chunk: made beforehand, so that a loop over them does nothing but send.
 */
export async function plainBodies(source: string, dimensions: number): Promise<readonly string[]> {
  const bodies: string[] = [];
  let open: string[] = [];
  let bytes = 0;
  for await (const line of createInterface({ input: createReadStream(source) })) {
    const lines = linesOf(JSON.parse(line), dimensions);
    open.push(lines);
    bytes += lines.length;
    if (bytes < requestBytes) continue;
    bodies.push(open.join(''));
    open = [];
    bytes = 0;
  }
  if (open.length > 0) bodies.push(open.join(''));
  return bodies;
}

function linesOf(
  { _id: id, text }: { readonly _id: string; readonly text: string },
  dimensions: number,
): string {
  const vector = unitVector(seedOf(text), dimensions);
  const words = searchTerms(text);
  const document = {
    document_id: id,
    document_key: id,
    version: '1',
    position: 0,
    chunk_id: id,
    start: 0,
    end: text.length,
    token_count: 200,
    headings: [],
    title: '',
    text,
    metadata: '{}',
    terms: words.join(' '),
    embedding_key: id,
    vector: Buffer.from(Float32Array.from(vector).buffer).swap32().toString('base64'),
  };
  return `${JSON.stringify({ index: { _id: id } })}\n${JSON.stringify(document)}\n`;
}

/** Fills an index with the mapping of another one, a request after the other, and makes it visible once. */
export async function plainLoop(url: string, like: string, bodies: readonly string[]): Promise<void> {
  const index = `${like}-plain`;
  const described = await call(url, 'GET', `/${like}`);
  const { mappings, settings } = described[like] ?? {};
  const { number_of_shards, refresh_interval, similarity, mapping } = settings?.index ?? {};
  await call(url, 'PUT', `/${index}`, {
    mappings,
    settings: { number_of_shards, refresh_interval, similarity, mapping, number_of_replicas: 0 },
  });
  for (const body of bodies) {
    const { errors, items } = await call(url, 'POST', `/${index}/_bulk`, body);
    if (errors) throw new Error(`a plain bulk request failed: ${JSON.stringify(items).slice(0, 500)}`);
  }
  await call(url, 'POST', `/${index}/_refresh`);
}

/** What is read of the server's answers. */
type Said = { readonly errors?: boolean; readonly items?: unknown } & Readonly<Record<string, Described>>;

interface Described {
  readonly mappings?: unknown;
  readonly settings?: { readonly index?: Readonly<Record<string, unknown>> };
}

async function call(url: string, method: string, path: string, body?: unknown) {
  const headers = { 'content-type': typeof body === 'string' ? 'application/x-ndjson' : 'application/json' };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await fetch(`${url}${path}`, { method, ...(body !== undefined && { headers, body: text }) });
  if (!answer.ok)
    throw new Error(`${method} ${path}: ${answer.status} ${(await answer.text()).slice(0, 500)}`);
  return (await answer.json()) as Said;
}
