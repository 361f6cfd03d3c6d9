import { isUtf8 } from 'node:buffer';

const sampleBytes = 8_192;

/**
 * UTF-16 and UTF-32, by their mark or by where zeros are: nearly every text has spaces, line breaks or digits,
 * whose high bytes are zero. Null for all other encodings, which have no zeros.
 */
export function detectWideEncoding(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | 'utf-32' | null {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 && bytes.length >= 8 ? 'utf-32' : 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'utf-32';
  return byZeros(bytes.subarray(0, sampleBytes));
}

function byZeros(sample: Uint8Array): 'utf-16le' | 'utf-16be' | 'utf-32' | null {
  if (!sample.includes(0)) return null;
  const zeros = [0, 0, 0, 0];
  sample.forEach((byte, at) => {
    if (byte === 0) zeros[at % 4] = (zeros[at % 4] ?? 0) + 1;
  });
  const [first = 0, second = 0, third = 0, fourth = 0] = zeros;
  const units = sample.length / 2;
  const even = first + third;
  const odd = second + fourth;
  if (Math.min(even, odd) > units * 0.4 && even + odd > units) return 'utf-32';
  // UTF-16 that is valid UTF-8 is nearly all zeros and ASCII; a few zeros in it are just control characters.
  const enough = Math.max(2, units * (isUtf8(sample) ? 0.25 : 0.05));
  if (odd >= enough && even <= odd * 0.02) return 'utf-16le';
  if (even >= enough && odd <= even * 0.02) return 'utf-16be';
  return null;
}
