import { describe, expect, it } from 'vitest';
import { javaVersionOf } from './jdk.ts';

describe('javaVersionOf', () => {
  it.each([
    ['JAVA_VERSION="25.0.3"\nJAVA_VERSION_DATE="2026-04-21"', 25],
    ['IMPLEMENTOR="Debian"\nJAVA_VERSION="17.0.15"', 17],
    ['JAVA_VERSION="1.8.0_392"', 8],
    ['JAVA_VERSION="21"', 21],
  ])('reads the feature version of %j', (release, version) => {
    expect(javaVersionOf(release)).toBe(version);
  });

  it('knows no version where the file is missing or names none', () => {
    expect(javaVersionOf('')).toBeNull();
    expect(javaVersionOf('JAVA_RUNTIME_VERSION="25"')).toBeNull();
  });
});
