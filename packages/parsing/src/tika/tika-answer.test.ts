import { describe, expect, it } from 'vitest';
import { markupOf, type TikaEntry } from './tika-answer.ts';

const html = (body: string) => `<html><head><title></title></head><body>${body}</body></html>`;
const read = (body: string, more: TikaEntry = {}): TikaEntry => ({
  'Content-Type': 'application/x-thing',
  'X-TIKA:Parsed-By': ['org.apache.tika.parser.DefaultParser', 'org.example.ThingParser'],
  'X-TIKA:content': html(body),
  ...more,
});
const trace = (name: string) =>
  `org.apache.tika.exception.${name}: of the secret text\n\tat org.apache.tika.Parser`;

describe('markupOf', () => {
  it('takes a document and what is in it, in order', () => {
    const found = markupOf([
      read('<p>letter</p>', { 'dc:title': 'A letter' }),
      read('<p>enclosure</p>', { 'X-TIKA:EXCEPTION:runtime': trace('TikaException') }),
    ]);
    expect(found).toMatchObject({ ok: true, title: 'A letter' });
    expect(found.ok && found.markup.indexOf('letter') < found.markup.indexOf('enclosure')).toBe(true);
  });

  it.each([
    ['nothing', [], 'malformed'],
    [
      'a type that nobody reads',
      [read('', { 'X-Parsed-By': 'org.apache.tika.parser.EmptyParser', 'X-TIKA:Parsed-By': undefined })],
      'unsupported_type',
    ],
    ['a document without text', [read('<p> </p>')], 'no_text'],
    [
      'an encrypted one',
      [read('', { 'X-TIKA:EXCEPTION:runtime': trace('EncryptedDocumentException') })],
      'needs_password',
    ],
    [
      'half of one',
      [read('<p>first half</p>', { 'X-TIKA:EXCEPTION:container_exception': trace('TikaException') })],
      'malformed',
    ],
    [
      'one that was cut',
      [read('<p>much</p>', { 'X-TIKA:EXCEPTION:write_limit_reached': 'true' })],
      'too_large',
    ],
  ])('says why there is nothing of %s', (_, entries, code) => {
    const found = markupOf(entries);
    expect(found).toMatchObject({ ok: false, reason: { code } });
    expect(JSON.stringify(found)).not.toContain('secret');
  });
});
