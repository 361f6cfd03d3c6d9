import type { FailureReason } from '@winnow/core';
import { refused } from '../parts.ts';

/** What Tika says of a document, or of one inside it: names and values, as `/rmeta` answers them. */
export type TikaEntry = Readonly<Record<string, unknown>>;

export type Markup =
  | { readonly ok: true; readonly title: string | null; readonly markup: string }
  | { readonly ok: false; readonly reason: FailureReason };

/**
 * The markup of a document and of what is in it, in the order in which Tika met them, or why there is none. A document
 * that Tika could read in part only is refused: who searches could not tell that the rest is missing.
 * @param entries the document's own first.
 */
export function markupOf(entries: readonly TikaEntry[]): Markup {
  const [own] = entries;
  if (own === undefined) return refused('malformed', 'Tika said nothing of it');
  const refusal = refusalOf(own);
  if (refusal !== null) return { ok: false, reason: refusal };
  const bodies = entries.map(bodyOf);
  if (bodies.every((body) => body.replace(/<[^>]*>/g, '').trim() === '')) {
    return parsedBy(own).includes('EmptyParser')
      ? refused('unsupported_type', `it is ${typeOf(own)}, which Tika does not read either`)
      : refused('no_text', `Tika found no text in it, a document of type ${typeOf(own)}`);
  }
  const title = textOf(own['dc:title'] ?? own.title).trim();
  const markup = `<html><body>${bodies.map((body) => `<div>${body}</div>`).join('\n')}</body></html>`;
  return { ok: true, title: title === '' ? null : title, markup };
}

const exceptions = [
  'X-TIKA:EXCEPTION:container_exception',
  'X-TIKA:EXCEPTION:runtime',
  'X-TIKA:EXCEPTION:embedded_exception',
];

function refusalOf(own: TikaEntry): FailureReason | null {
  if (Object.keys(own).some((name) => /^X-TIKA:EXCEPTION:write_?limit/i.test(name))) {
    return { code: 'too_large', message: 'its text is longer than Tika was asked for' };
  }
  const thrown = exceptions.flatMap((name) => textOf(own[name]) || []).join('\n');
  if (thrown === '') return null;
  if (/EncryptedDocumentException|password/i.test(thrown)) {
    return { code: 'needs_password', message: 'it is encrypted, and Tika has no password for it' };
  }
  // The first class that is named; messages behind it may quote the document.
  const name = /([A-Z]\w*(?:Exception|Error))\b/.exec(thrown)?.[1] ?? 'an error';
  return { code: 'malformed', message: `Tika could not read it: ${name}` };
}

function bodyOf(entry: TikaEntry): string {
  const content = textOf(entry['X-TIKA:content']);
  const inside = /<body[^>]*>([\s\S]*)<\/body>/i.exec(content)?.[1];
  return inside ?? '';
}

function typeOf(entry: TikaEntry): string {
  return /^[\w.+-]{1,60}\/[\w.+-]{1,80}/.exec(textOf(entry['Content-Type']))?.[0] ?? 'an unknown type';
}

function parsedBy(entry: TikaEntry): string {
  return textOf(entry['X-TIKA:Parsed-By'] ?? entry['X-Parsed-By']);
}

/** Values that occur several times come as a list. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.filter((each) => typeof each === 'string').join('\n');
  return typeof value === 'string' ? value : '';
}
