import { rowsOf } from '../registry/model-rows.ts';

/** What a model was trained to have before a text. */
export interface Prompts {
  readonly query: string;
  readonly document: string;
}

const none: Prompts = { query: '', document: '' };

/**
 * The prompts that the registry has for a model which a server names by its repository or folder: the server
 * adds none by itself. The same model then gives the same vectors here and there.
 * @param name as the server gives it: `BAAI/bge-large-zh-v1.5`, `/data/multilingual-e5-small`.
 */
export function knownPrompts(name: string): Prompts {
  const own = name.replace(/\/$/, '').split('/').at(-1);
  const row = rowsOf('embedding').find((one) => one.name === own);
  return row?.provider === 'local' ? row.prompts : none;
}
