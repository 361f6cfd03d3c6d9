import { describe, expect, test } from 'vitest';
import { unfitNode } from './unfit-node.ts';

describe('unfitNode', () => {
  test.each(['22.16.0', '22.21.1', '24.0.0', '26.1.0'])('has nothing against %s', (version) => {
    expect(unfitNode(version)).toBe(null);
  });

  test.each(['18.20.8', '20.20.2', '22.15.1', '23.11.1'])('says of %s what is needed', (version) => {
    expect(unfitNode(version)).toBe(`this is Node ${version}, and Winnow needs 22.16, or 24 and newer`);
  });
});
