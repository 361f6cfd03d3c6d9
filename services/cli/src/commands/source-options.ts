import { type MailAttachments, mailAttachmentChoices, type SourceFields } from '@winnow/core';
import { type Command, Option } from 'commander';

/** What commands say of a source besides where it is. */
export interface SourceOptions {
  readonly include?: string[];
  readonly exclude?: string[];
  readonly idField?: string;
  readonly titleField?: string;
  readonly textField?: string[];
  readonly metadataField?: string[];
  readonly timeField?: string;
  readonly accessField?: string;
  readonly updatedField?: string;
  readonly mailAttachments?: MailAttachments;
}

/** Options that say which files are taken, and which fields of records are what. */
export function addSourceOptions(command: Command): Command {
  return command
    .option('--include <globs...>', 'files to take, by *, **, ?, [abc] and {a,b} (default: all)')
    .option('--exclude <globs...>', 'files to leave out')
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
    .option('--time-field <name>', 'a moment: becomes the metadata time, to filter by range')
    .option('--access-field <name>', 'groups who may read it: become the metadata access, to filter by')
    .option(
      '--updated-field <name>',
      'of a postgres:// table: the column that is set anew whenever its row changes',
    )
    .addOption(mailAttachmentsOption());
}

/** `--mail-attachments`. */
export function mailAttachmentsOption(): Option {
  return new Option(
    '--mail-attachments <as>',
    'what becomes of the attachments of mails in a folder or a bucket',
  ).choices(mailAttachmentChoices);
}

/** What was said, and nothing of what was not. */
export function sourceOptionsOf({ include, exclude, mailAttachments, ...named }: SourceOptions): {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly mailAttachments?: MailAttachments;
  readonly fields?: SourceFields;
} {
  const fields = fieldsOf(named);
  return {
    ...(include && { include }),
    ...(exclude && { exclude }),
    ...(mailAttachments && { mailAttachments }),
    ...(Object.keys(fields).length > 0 && { fields }),
  };
}

type FieldOptions = Omit<SourceOptions, 'include' | 'exclude' | 'mailAttachments'>;

function fieldsOf(options: FieldOptions): SourceFields {
  const { idField, titleField, textField, metadataField, timeField, accessField, updatedField } = options;
  return {
    ...(idField !== undefined && { id: idField }),
    ...(titleField !== undefined && { title: titleField }),
    ...(textField !== undefined && { text: textField }),
    ...(metadataField !== undefined && { metadata: metadataField }),
    ...(timeField !== undefined && { time: timeField }),
    ...(accessField !== undefined && { access: accessField }),
    ...(updatedField !== undefined && { updated: updatedField }),
  };
}
