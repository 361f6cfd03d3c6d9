import type { SourceFields } from '@winnow/core';
import type { Command } from 'commander';

export interface FieldOptions {
  readonly idField?: string;
  readonly titleField?: string;
  readonly textField?: string[];
  readonly metadataField?: string[];
  readonly updatedField?: string;
}

/** Options that say which fields of records are what. */
export function addFieldOptions(command: Command): Command {
  return command
    .option(
      '--id-field <name>',
      'field of JSON lines, or column of a table, that is the id (default: _id or id)',
    )
    .option('--title-field <name>', 'the title (default: title)')
    .option(
      '--text-field <names...>',
      "the text; several are joined, '*' takes all others (default: text, content, contents or body)",
    )
    .option('--metadata-field <names...>', 'the only ones that are metadata (default: all others)')
    .option(
      '--updated-field <name>',
      'of a postgres:// table: the column that is set anew whenever its row changes',
    );
}

/** Nothing where none was named. */
export function fieldsOf({ idField, titleField, textField, metadataField, updatedField }: FieldOptions): {
  readonly fields?: SourceFields;
} {
  const fields = {
    ...(idField !== undefined && { id: idField }),
    ...(titleField !== undefined && { title: titleField }),
    ...(textField !== undefined && { text: textField }),
    ...(metadataField !== undefined && { metadata: metadataField }),
    ...(updatedField !== undefined && { updated: updatedField }),
  };
  return Object.keys(fields).length === 0 ? {} : { fields };
}
