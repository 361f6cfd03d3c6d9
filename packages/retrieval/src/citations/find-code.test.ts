import { describe, expect, it } from 'vitest';
import { findCode } from './find-code.ts';

const source = 'Run:\n\n  ```sh\n  if a\n    b --flag\n\n  fi\n  ```\n';

describe('findCode', () => {
  it('finds the lines of a block whatever their indentation, and gives them as they stand', () => {
    expect(findCode('```\nif a\n  b --flag\nfi\n```', source)).toBe('  if a\n    b --flag\n\n  fi');
    expect(findCode('```\nif a\n  b --flag\n…\n```', source)).toBe('  if a\n    b --flag');
  });

  it.each(['```\nif a\nfi\n```', '```\nif a\n  b --other\n```', '```\n```'])('does not find %j', (block) => {
    expect(findCode(block, source)).toBeNull();
  });
});
