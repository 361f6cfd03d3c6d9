import { describe, expect, it } from 'vitest';
import { embeddingTextOf, headingPathOf } from './embedding-text.ts';

describe('embeddingTextOf', () => {
  it('puts title and headings before the text', () => {
    expect(embeddingTextOf('Guide', { headings: ['Install', 'Linux'], text: 'Run it.' })).toBe(
      'Guide > Install > Linux\nRun it.',
    );
    expect(embeddingTextOf('A record', { headings: [], text: 'Abstract.' })).toBe('A record\nAbstract.');
  });

  it('does not say the title twice', () => {
    expect(headingPathOf('The Guide', ['the guide', 'Install'])).toBe('The Guide > Install');
  });

  it('is the text alone where there is neither title nor heading', () => {
    expect(embeddingTextOf(' ', { headings: ['', '\n'], text: 'Alone.' })).toBe('Alone.');
  });

  it('keeps long titles of papers whole', () => {
    const title =
      'Microstructural development of human newborn cerebral white matter assessed in vivo by diffusion tensor magnetic resonance imaging.';
    expect(headingPathOf(title, [])).toBe(title);
  });

  it('keeps title and innermost headings of a path that is too long', () => {
    const middle = Array.from({ length: 50 }, (_, level) => `Level ${level} of a deep outline`);
    const path = headingPathOf('Guide', [...middle, 'Linux']);
    expect(path.length).toBeLessThanOrEqual(400);
    expect(path).toMatch(/^Guide > .* > Level 49 of a deep outline > Linux$/);
    expect(path).not.toContain('Level 3 ');
  });

  it('never cuts a surrogate pair', () => {
    expect(headingPathOf('👍'.repeat(500), [])).toMatch(/^(?:👍)+$/u);
  });

  it('puts a heading of several lines on one', () => {
    expect(headingPathOf('A\r\n  title', ['with\ttabs'])).toBe('A title > with tabs');
  });
});
