import { describe, expect, it } from 'vitest';
import { detectLanguage } from './detect-language.ts';
import { hasHan } from './scripts.ts';

describe('detectLanguage', () => {
  it('takes Chinese prose full of English names for Chinese', () => {
    expect(detectLanguage('Vue 的 useState 与 React Hooks API 不同，请参考 documentation')).toBe('zh');
  });

  it('takes English prose that quotes Chinese for English', () => {
    expect(detectLanguage('The company 华为 is located in Shenzhen 深圳 and makes phones')).toBe('en');
  });

  it('takes text without letters for English', () => {
    expect(detectLanguage('')).toBe('en');
    expect(detectLanguage('42 !?')).toBe('en');
  });
});

describe('hasHan', () => {
  it('knows Han from kana and Hangul', () => {
    expect(hasHan('abc 漢')).toBe(true);
    expect(hasHan('𠮷')).toBe(true);
    expect(hasHan('カナ 한글')).toBe(false);
  });
});
