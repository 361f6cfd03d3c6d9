import { describe, expect, it } from 'vitest';
import { encodeAs, utf16 } from '../testing/encode-as.ts';
import { decodeText } from './decode-text.ts';

const chinese =
  '基本上，计算机只是处理数字。它们指定一个数字，来储存字母或其他字符。在创造统一码之前，有数百种指定这些数字的编码系统。';

describe('decodeText', () => {
  it.each([
    ['gb18030', chinese],
    ['big5', '無障礙網頁嘉許計劃旨在表揚採用無障礙設計的機構，讓所有人都能夠使用網上資訊和服務。'],
    [
      'shift_jis',
      'コンピューターは、本質的には数字しか扱うことができません。文字などのそれぞれに番号を割り振ります。',
    ],
    ['euc-kr', '기본적으로 컴퓨터는 숫자만 처리합니다. 글자나 다른 문자에도 숫자를 지정하여 저장합니다.'],
    ['windows-1252', 'Die schöne Frau trägt große Hüte über dem Käse, und der Bär hört natürlich zu.'],
    [
      'windows-1251',
      'Компьютеры на самом деле работают только с числами, и для каждого символа есть свой номер.',
    ],
  ])('tells %s by its characters', (encoding, text) => {
    const decoded = decodeText(encodeAs(text, encoding), null);
    expect(decoded).toMatchObject({ ok: true, text });
    expect(decoded.ok && decoded.warnings).toHaveLength(1);
  });

  it.each(['le', 'be'] as const)('tells UTF-16%s by its zeros, and by its mark', (order) => {
    const text = 'Hamburgers are delicious. 汉堡。\n';
    expect(decodeText(utf16(text, order), null)).toMatchObject({ ok: true, text, warnings: [] });
    expect(decodeText(utf16(`\ufeff${chinese}`, order), null)).toMatchObject({ ok: true, text: chinese });
  });

  it('reads UTF-8 with and without a mark, whatever the page declares', () => {
    expect(decodeText(Buffer.from(`\ufeff${chinese}`), null)).toMatchObject({ text: chinese, warnings: [] });
    expect(decodeText(Buffer.from(chinese), 'gb2312')).toMatchObject({ text: chinese, warnings: [] });
  });

  it('believes a declared encoding, and reads GB2312 as GB18030', () => {
    expect(decodeText(encodeAs('朱镕基，中文', 'gb18030'), 'gb2312')).toMatchObject({
      text: '朱镕基，中文',
      warnings: [],
    });
    expect(decodeText(encodeAs('Grüße', 'windows-1252'), 'no-such-thing')).toMatchObject({ text: 'Grüße' });
  });

  it('loses nothing but the character that was cut off at the end', () => {
    const bytes = Buffer.from(chinese).subarray(0, -1);
    expect(decodeText(bytes, null)).toMatchObject({
      text: chinese.slice(0, -1),
      warnings: [expect.anything()],
    });
  });

  it('loses nothing but broken bytes in the middle', () => {
    const bytes = Buffer.concat([Buffer.from(chinese), Buffer.of(0xff), Buffer.from(chinese)]);
    expect(decodeText(bytes, null)).toMatchObject({ text: `${chinese}\ufffd${chinese}` });
  });

  it('refuses UTF-32 and ISO-2022-CN by name, and reads ISO-2022-JP', () => {
    const wide = Buffer.from([...'text'].flatMap((character) => [character.charCodeAt(0), 0, 0, 0]));
    expect(decodeText(wide, null)).toMatchObject({ ok: false, message: expect.stringContaining('UTF-32') });
    expect(decodeText(Buffer.from('\u001b$)A\u000e0!\u000f'), null)).toMatchObject({ ok: false });
    expect(decodeText(Buffer.from('\u001b$B$3\u001b(B'), null)).toMatchObject({ ok: true, text: 'こ' });
  });

  it('gives some text for any bytes', () => {
    expect(decodeText(Uint8Array.of(0x80, 0x81, 0xfe, 0xff, 0x41), null)).toMatchObject({ ok: true });
    expect(decodeText(new Uint8Array(), null)).toMatchObject({ ok: true, text: '', warnings: [] });
  });
});
