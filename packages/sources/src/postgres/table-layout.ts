import { AppError, allFields, type RecordFields, type SourceFields } from '@winnow/core';

/** Which columns of a table are what. */
export interface TableLayout {
  readonly id: string;
  /** Of which the text is made. */
  readonly text: readonly string[];
  /** All that make a document what it is. */
  readonly used: readonly string[];
  readonly updated: string | null;
  /** For a row that is read like a record. */
  readonly record: RecordFields;
}

const idColumns = ['_id', 'id'];
const textColumns = ['text', 'content', 'contents', 'body'];

/**
 * @param columns of the table, at least one.
 * @throws AppError `failed_precondition` with the columns that there are.
 */
export function layoutOf(name: string, columns: readonly string[], fields: SourceFields): TableLayout {
  const known = new Set(columns);
  const refuse = (what: string, option: string): never => {
    const found = columns.slice(0, 50).join(', ');
    throw new AppError(
      'failed_precondition',
      `${name} has no column ${what}: name one with ${option}; its columns are ${found}`,
      { part: 'source' },
    );
  };
  /** A name with dots leads into a column of JSON. */
  const columnOf = (field: string, option: string): string => {
    const column = known.has(field) ? field : (field.split('.')[0] ?? '');
    return known.has(column) ? column : refuse(field, option);
  };
  const whole = (field: string, option: string) => (known.has(field) ? field : refuse(field, option));

  const id = whole(fields.id ?? idColumns.find((each) => known.has(each)) ?? 'id', '--id-field');
  const title = fields.title ?? 'title';
  const titleColumns =
    fields.title === undefined && !known.has(title) ? [] : [columnOf(title, '--title-field')];
  const named = fields.text ?? [textColumns.find((each) => known.has(each)) ?? 'text'];
  const text = named.includes(allFields)
    ? columns.filter((each) => each !== id && !titleColumns.includes(each))
    : named.map((each) => columnOf(each, '--text-field'));
  const metadata = fields.metadata?.map((each) => columnOf(each, '--metadata-field')) ?? columns;
  const mapped = [
    ...(fields.time === undefined ? [] : [columnOf(fields.time, '--time-field')]),
    ...(fields.access === undefined ? [] : [columnOf(fields.access, '--access-field')]),
  ];
  return {
    id,
    text: [...new Set(text)],
    used: [...new Set([...titleColumns, ...text, ...metadata, ...mapped])],
    updated: fields.updated === undefined ? null : whole(fields.updated, '--updated-field'),
    record: {
      id,
      title,
      text: named,
      ...(fields.metadata && { metadata: fields.metadata }),
      ...(fields.time && { time: fields.time }),
      ...(fields.access && { access: fields.access }),
    },
  };
}
