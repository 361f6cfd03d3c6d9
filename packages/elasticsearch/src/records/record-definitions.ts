import {
  columnOnly,
  type IndexDefinition,
  kept,
  keyword,
  ofNoVectors,
  oneShard,
} from '../indexes/index-definitions.ts';

/** One index over all corpora. `record` is the whole as JSON; the fields beside it are for finding it. */
function definitionOf(...fields: readonly string[]): IndexDefinition {
  return {
    settings: oneShard,
    properties: { ...Object.fromEntries(fields.map((field) => [field, keyword])), record: kept },
    notInSource: [],
    identity: ofNoVectors,
  };
}

export const schedulesDefinition = definitionOf('corpus', 'corpus_id', 'next_run_at');
export const goldenDefinition = definitionOf('corpus_id', 'set_id', 'query_id');
export const queriesDefinition = definitionOf('corpus_id', 'query_id', 'at');
export const qualityDefinition = definitionOf('corpus_id', 'digest', 'at');
/** A pushed document: what is listed comes from columns, so that a list never reads the bytes. */
export const contentsDefinition: IndexDefinition = {
  ...definitionOf('place', 'document_key'),
  properties: {
    place: keyword,
    document_key: keyword,
    document_id: columnOnly,
    sequence: { type: 'long', index: false },
    version: { type: 'long', index: false },
    is_deleted: { type: 'boolean', index: false },
    content_hash: columnOnly,
    bytes: { type: 'long', index: false },
    record: kept,
    content: kept,
  },
};
