import { modelRows } from '@winnow/models';

/** A model that can be named, for lists. */
export interface KnownModel {
  readonly name: string;
  readonly kind: 'embedding' | 'rerank';
  readonly runs: 'local' | 'built in' | 'remote';
  readonly dimensions: number | null;
  readonly maxTokens: number | null;
}

/** Everything that `--embedder` and `--rerank` know by name. */
export function knownModels(): readonly KnownModel[] {
  const local = modelRows.map(
    (row): KnownModel => ({
      name: row.name,
      kind: row.kind,
      runs: 'local',
      dimensions: row.kind === 'embedding' ? row.dimensions : null,
      maxTokens: row.maxTokens,
    }),
  );
  return [
    ...local,
    { name: 'late-interaction', kind: 'rerank', runs: 'built in', dimensions: null, maxTokens: null },
    { name: 'openai:MODEL', kind: 'embedding', runs: 'remote', dimensions: null, maxTokens: null },
  ];
}
