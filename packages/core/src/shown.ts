import { visible } from './visible.ts';

/** Characters of a text that an error quotes. */
const maxQuoted = 60;

/**
 * A value as an error may quote it: on one line, bounded, with nothing in it that moves a cursor, and without the
 * password of an address. Of a list its length is told, of an object that it is one.
 */
export function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function quoted(text: string): string {
  const open = text.slice(0, 4 * maxQuoted).replace(/\/\/[^/@\s]*@/, '//…@');
  const characters = [...open];
  const isWhole = characters.length <= maxQuoted && text.length <= 4 * maxQuoted;
  return visible(JSON.stringify(isWhole ? open : `${characters.slice(0, maxQuoted).join('')}…`));
}
