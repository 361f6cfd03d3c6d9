import { describe, expect, it } from 'vitest';
import { encodingOf } from './encoding.ts';

describe('encodingOf', () => {
  it.each([
    ['Nr;Titel\r\n1;Flügelmutter\r\n2;Größe\r\n', 'windows-1252'],
    ['id,name\n1,Müller\n', 'windows-1252'],
    ['prix;été;à côté;naïve', 'windows-1252'],
    ['only ASCII', 'utf-8'],
  ])('takes accented letters for what they are, and for no Chinese: %j', (text, encoding) => {
    expect(encodingOf(Buffer.from(text, 'latin1'), 'any')).toBe(encoding);
  });

  it.each([
    // "编号,名称\n1,水泵" and "id,name\n1,镕", of which the second byte is a letter of ASCII.
    ['b1e0bac52cc3fbb3c60a312ccbaeb1c3', 'gb18030'],
    ['69642c6e616d650a312ccbaeb1c3ae65', 'gb18030'],
  ])('takes Chinese for Chinese: %s', (hex, encoding) => {
    expect(encodingOf(Buffer.from(hex, 'hex'), 'any')).toBe(encoding);
  });
});
