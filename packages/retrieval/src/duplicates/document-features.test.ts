import { textFeaturesOf } from '@winnow/text';
import { describe, expect, it } from 'vitest';
import { likenessOf } from './document-features.ts';

const least = { jaccard: 0.5, cosine: 0.8 };
const text = 'The quick brown fox jumps over the lazy dog.';
const east = Float32Array.of(1, 0);
const north = Float32Array.of(0, 1);
const features = (of: string, vector: Float32Array | null) => ({ ...textFeaturesOf(of), vector });

describe('likenessOf', () => {
  it('takes both words and vectors', () => {
    expect(likenessOf(features(text, east), features(text, east), least)).toEqual({ jaccard: 1, cosine: 1 });
    expect(likenessOf(features(text, east), features(text, north), least)).toBeNull();
    expect(likenessOf(features(text, east), features('Another sentence.', east), least)).toBeNull();
  });

  it('goes by the words where vectors are lost', () => {
    expect(likenessOf(features(text, null), features(text, east), least)).toEqual({
      jaccard: 1,
      cosine: null,
    });
  });

  it('parts what differs in its numbers', () => {
    const [one, other] = [features(`${text} 2023`, east), features(`${text} 2024`, east)];
    expect(likenessOf(one, other, least)).toBeNull();
  });
});
