import { describe, expect, it } from 'vitest';
import { findCode } from './find-code.ts';

const source = 'Run:\n\n  ```sh\n  if a\n    b --flag\n\n  fi\n  ```\n';

describe('findCode', () => {
  it('finds the lines of a block whatever their indentation, and gives them as they stand', () => {
    expect(findCode('```\nif a\n  b --flag\nfi\n```', [source])).toEqual(['  if a\n    b --flag\n\n  fi']);
    expect(findCode('```\nif a\n  b --flag\n…\n```', [source])).toEqual(['  if a\n    b --flag']);
  });

  it('finds what was left out in between', () => {
    expect(findCode('```\nif a\n\n…\n\nfi\n```', [source])).toEqual(['  if a\n    b --flag\n\n  fi']);
  });

  it('finds code that goes on in the next text, and says what stands in each', () => {
    const texts = ['Nothing.', 'Run:\n\n```js\nfirst();', 'second();\n```\n\nDone.'];
    expect(findCode('```\nfirst();\nsecond();\n```', texts)).toEqual([null, 'first();', 'second();']);
  });

  it.each(['```\nif a\nfi\n```', '```\nif a\n  b --other\n```', '```\nfi\n…\nif a\n```', '```\n```'])(
    'does not find %j',
    (block) => {
      expect(findCode(block, [source])).toBeNull();
    },
  );
});
