import { type RecordFields, timeOf } from '@winnow/core';

/** Longer lists are no metadata. */
const maxGroups = 256;
/** Between groups that stand in one text, as in a cell of a table. */
const groupSigns = /[,;|\n]/;

/**
 * What a record says of its time and of who may read it, as metadata of fixed names: `time`, in milliseconds since 1970,
 * and `access`, a list of groups. A record without the field has none, so that no filter on it takes the record.
 * @param at a field of the record; undefined, null or an empty text: it is not there.
 * @returns a message where there is something that cannot be read.
 */
export function timeAndAccess(
  fields: Pick<RecordFields, 'time' | 'access'>,
  at: (field: string) => unknown,
): { readonly metadata: readonly (readonly [string, unknown])[] } | { readonly message: string } {
  const metadata: (readonly [string, unknown])[] = [];
  const said = (field: string | undefined): unknown => {
    const value = field === undefined ? null : at(field);
    return value === undefined || (typeof value === 'string' && value.trim() === '') ? null : value;
  };
  const [moment, groups] = [said(fields.time), said(fields.access)];
  if (moment !== null) {
    const time = timeOf(moment);
    if (time === null) return { message: `its ${fields.time} is no time that can be told for sure` };
    metadata.push(['time', time]);
  }
  if (groups !== null) {
    const access = groupsOf(groups);
    if (access === null) return { message: `its ${fields.access} is no list of groups` };
    if (access.length > maxGroups)
      return { message: `its ${fields.access} has more than ${maxGroups} groups` };
    metadata.push(['access', access]);
  }
  return { metadata };
}

/** A record's own fields, without those that have the names of what is mapped. */
export function withoutMapped<Field extends readonly [string, unknown]>(
  own: readonly Field[],
  { time, access }: Pick<RecordFields, 'time' | 'access'>,
): readonly Field[] {
  return own.filter(
    ([name]) => !(name === 'time' && time !== undefined) && !(name === 'access' && access !== undefined),
  );
}

/** Null for what names no groups; an empty list is one that nobody is in. */
function groupsOf(value: unknown): readonly string[] | null {
  if (typeof value === 'string') return trimmed(value.split(groupSigns));
  if (typeof value === 'number') return [String(value)];
  if (!Array.isArray(value)) return null;
  const names = value.filter((each) => typeof each === 'string' || typeof each === 'number');
  return names.length === value.length ? trimmed(names.map(String)) : null;
}

function trimmed(names: readonly string[]): readonly string[] {
  return [...new Set(names.map((name) => name.trim()).filter((name) => name !== ''))];
}
