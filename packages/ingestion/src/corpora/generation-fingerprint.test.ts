import { describe, expect, it } from 'vitest';
import { type GenerationParts, generationFingerprint } from './generation-fingerprint.ts';

const parts: GenerationParts = {
  parserVersion: 1,
  chunkerVersion: 1,
  analysisVersion: 1,
  embedderFingerprint: 'model',
  chunking: { targetTokens: 256, overlapRatio: 0.125 },
};

describe('generationFingerprint', () => {
  it('changes with every part, and with nothing else', () => {
    const changed: readonly GenerationParts[] = [
      { ...parts, parserVersion: 2 },
      { ...parts, chunkerVersion: 2 },
      { ...parts, analysisVersion: 2 },
      { ...parts, embedderFingerprint: 'other' },
      { ...parts, chunking: { ...parts.chunking, targetTokens: 128 } },
      { ...parts, chunking: { ...parts.chunking, overlapRatio: 0.1 } },
    ];
    const all = [parts, ...changed].map(generationFingerprint);
    expect(new Set(all).size).toBe(all.length);
    const { chunking, ...others } = parts;
    expect(generationFingerprint({ chunking, ...others })).toBe(generationFingerprint(parts));
  });
});
