import { unitVectorOf } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import { nearestCentre } from './nearest-centre.ts';
import { partition } from './partition.ts';
import { distancesOf, silhouetteOf } from './silhouette.ts';
import { rowAt, rowCount, rowsOf } from './vector-rows.ts';

/** Unit vectors around some axes, the same number around each, in turn. */
function bundles(axes: number, each: number) {
  const dimensions = 16;
  const vectors = Array.from({ length: axes * each }, (_, at) => {
    // Noise without a period of its own, which would be more bundles.
    const noise = unitVectorOf(`vector ${at}`, dimensions);
    const vector = noise.map((value, place) => (place === at % axes ? 1 : 0) + 0.4 * value);
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  });
  return rowsOf(vectors);
}

const assignedIn = (rows: ReturnType<typeof bundles>, centres: ReturnType<typeof bundles>) =>
  Array.from({ length: rowCount(rows) }, (_, row) => nearestCentre(centres, rowAt(rows, row)).cluster);

describe('partition', () => {
  it('finds the bundles that there are, and how many', () => {
    const rows = bundles(5, 40);
    const { centres, silhouette } = partition(rows, null);
    expect(rowCount(centres)).toBe(5);
    expect(silhouette).toBeGreaterThan(0.5);
    const assigned = assignedIn(rows, centres);
    expect(new Set(assigned.slice(0, 5)).size).toBe(5);
    expect(assigned).toEqual(assigned.map((_, at) => assigned[at % 5]));
  });

  it('makes as many as asked for, of few vectors too, and the same again', () => {
    const rows = bundles(3, 4);
    const [one, other] = [partition(rows, 7), partition(rows, 7)];
    expect(rowCount(one.centres)).toBe(7);
    expect(one).toEqual(other);
    expect(rowCount(partition(bundles(2, 1), null).centres)).toBe(2);
  });
});

describe('silhouetteOf', () => {
  it('is near 1 for what is well parted, and below 0 for what is parted across', () => {
    const rows = bundles(2, 20);
    const distances = distancesOf(rows);
    const right = Array.from({ length: 40 }, (_, at) => at % 2);
    expect(silhouetteOf(distances, right, 2)).toBeGreaterThan(0.7);
    const across = right.map((_, at) => Math.floor(at / 2) % 2);
    expect(silhouetteOf(distances, across, 2)).toBeLessThan(0);
    expect(
      silhouetteOf(
        distances,
        right.map(() => 0),
        2,
      ),
    ).toBe(0);
  });
});
