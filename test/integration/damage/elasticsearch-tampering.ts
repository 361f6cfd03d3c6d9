import { type DocumentId, documentKeyOf, type PhysicalName } from '@winnow/core';
import { z } from 'zod';
import { type EntryChange, longAgo, type Tampering } from './tampering.ts';

/** What only an index of Elasticsearch can suffer. */
export interface ElasticsearchTampering extends Tampering {
  /** Lets a chunk belong to another writing of its document. */
  changeVersion(documentId: string, position: number, version: string): Promise<void>;
  /** Leaves a newer version of a document as a worker does that dies before it makes its chunks live. */
  breakOffCommit(documentId: string): Promise<void>;
}

/** As the server tells a document. */
const hitSchema = z.object({
  _id: z.string(),
  _routing: z.string().optional(),
  _source: z.record(z.string(), z.unknown()),
});
type Hit = z.infer<typeof hitSchema>;
const foundSchema = z.object({ hits: z.object({ hits: z.array(hitSchema) }) });
const bulkSchema = z.object({ errors: z.boolean() });

/** Speaks to the server by its own API, as somebody with a console would. */
export function openElasticsearchTampering(
  url: string,
  prefix: string,
  physicalName: PhysicalName,
): ElasticsearchTampering {
  const chunks = `${prefix}.${physicalName}.chunks`;
  const manifest = `${prefix}.${physicalName}.manifest`;
  const keyOf = (documentId: string) => documentKeyOf(documentId as DocumentId);

  async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${url}/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return await answer.json();
  }
  /** A search that finds nothing is a mistake of the test. */
  async function search(index: string, query: unknown): Promise<readonly Hit[]> {
    const answer = await ask('POST', `${index}/_search?size=1000&_source_exclude_vectors=false`, { query });
    const { hits } = foundSchema.parse(answer).hits;
    if (hits.length === 0) throw new Error(`nothing is there: ${JSON.stringify(query)}`);
    return hits;
  }
  const chunksOf = async (documentId: string) => {
    const hits = await search(chunks, { term: { document_key: keyOf(documentId) } });
    return [...hits].sort((a, b) => Number(a._source.position) - Number(b._source.position));
  };
  const chunkAt = async (documentId: string, position: number) => {
    const hit = (await chunksOf(documentId)).find(({ _source }) => _source.position === position);
    if (hit === undefined) throw new Error(`${documentId} has no chunk ${position}`);
    return hit;
  };
  const place = (index: string, { _id, _routing }: Omit<Hit, '_source'>) =>
    `${index}/_doc/${encodeURIComponent(_id)}?refresh=true${_routing === undefined ? '' : `&routing=${_routing}`}`;
  const remove = (index: string, hit: Hit) => ask('DELETE', place(index, hit));
  const write = (index: string, { _source, ...hit }: Hit) => ask('PUT', place(index, hit), _source);
  /** Of all that an index holds, at once. */
  async function bulk(index: string, linesOf: (hit: Hit) => readonly unknown[]): Promise<void> {
    const lines = (await search(index, { match_all: {} })).flatMap(linesOf);
    const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const { errors } = bulkSchema.parse(await ask('POST', `${index}/_bulk?refresh=true`, body));
    if (errors) throw new Error(`not all of ${index} was changed`);
  }
  const removeAll = (index: string) =>
    bulk(index, ({ _id, _routing }) => [{ delete: { _id, routing: _routing } }]);

  async function entryOf(documentId: string): Promise<Hit> {
    const [hit] = await search(manifest, { term: { document_key: keyOf(documentId) } });
    if (hit === undefined) throw new Error(`the manifest does not know ${documentId}`);
    return hit;
  }
  /** What is searched by and not kept in `_source`. */
  const searchedBy = { terms: 'planted', tokens: ['', 'planted'] };

  return {
    async loseChunk(documentId, position) {
      await remove(chunks, await chunkAt(documentId, position));
    },
    async loseChunks(documentId) {
      for (const hit of await chunksOf(documentId)) await remove(chunks, hit);
    },
    async addChunk(documentId) {
      const all = await chunksOf(documentId);
      const { _source, ...hit } = await chunkAt(documentId, 0);
      const _id = hit._id.replace(/[0-9]+$/, String(all.length));
      await write(chunks, { ...hit, _id, _source: { ..._source, ...searchedBy, position: all.length } });
    },
    async loseVector(documentId, position) {
      const { _source, ...hit } = await chunkAt(documentId, position);
      const { vector: _, ...rest } = _source;
      await write(chunks, { ...hit, _source: { ...rest, ...searchedBy } });
    },
    async loseTerms(documentId, position) {
      await write(chunks, await chunkAt(documentId, position));
    },
    async changeVersion(documentId, position, version) {
      const { _source, ...hit } = await chunkAt(documentId, position);
      await write(chunks, { ...hit, _source: { ..._source, ...searchedBy, version } });
    },
    async breakOffCommit(documentId) {
      const entry = await entryOf(documentId);
      const revision = Number(entry._source.revision) + 1;
      const version = `${revision}.0123456789abcdef`;
      for (const { _source, ...hit } of await chunksOf(documentId)) {
        const _id = `${keyOf(documentId)}.${version}.${_source.position}`;
        await write(chunks, { ...hit, _id, _source: { ..._source, ...searchedBy, version } });
      }
      await write(manifest, { ...entry, _source: { ...entry._source, state: 'pending', revision } });
    },
    async plantChunks(from, documentId) {
      const key = keyOf(documentId);
      for (const { _id, _source } of await chunksOf(from)) {
        const owner = { document_id: documentId, document_key: key };
        await write(chunks, {
          _id: _id.replace(/^[^.]+/, key),
          _routing: key,
          _source: { ..._source, ...searchedBy, ...owner },
        });
      }
    },
    async loseEntry(documentId) {
      await remove(manifest, await entryOf(documentId));
    },
    async changeEntry(documentId, change) {
      const hit = await entryOf(documentId);
      await write(manifest, { ...hit, _source: { ...hit._source, ...recordOf(change) } });
    },
    async plantEntry(from, documentId, change = {}) {
      const { _id, _source, ...hit } = await entryOf(from);
      const document_key = keyOf(documentId);
      if (_id !== _source.document_key) throw new Error(`entries are kept under other ids: ${_id}`);
      const owner = { document_id: documentId, document_key, updated_at: longAgo, location: '{}' };
      await write(manifest, {
        ...hit,
        _id: document_key,
        _source: { ..._source, ...owner, ...recordOf(change) },
      });
    },
    async loseManifest() {
      await removeAll(manifest);
    },
    async loseIndex() {
      await removeAll(chunks);
    },
    async ageEntries() {
      await bulk(manifest, ({ _id, _source }) => [{ index: { _id } }, { ..._source, updated_at: longAgo }]);
    },
    close() {},
  };
}

function recordOf({ state, contentHash, chunkCount, updatedAt, liveRevision }: EntryChange): object {
  return {
    ...(state !== undefined && { state }),
    ...(contentHash !== undefined && { content_hash: contentHash }),
    ...(chunkCount !== undefined && { chunk_count: chunkCount }),
    ...(updatedAt !== undefined && { updated_at: updatedAt }),
    ...(liveRevision !== undefined && { live_revision: liveRevision }),
    ...(liveRevision === null && { live_version: null }),
  };
}
