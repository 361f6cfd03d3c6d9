import { AppError } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { assertVersions } from './server-version.ts';

const nodes = (...versions: string[]) => ({
  nodes: Object.fromEntries(versions.map((version, at) => [`n${at}`, { version }])),
});

describe('assertVersions', () => {
  test.each(['9.4.0', '9.5.3', '9.12.0', '9.5.0-SNAPSHOT'])('takes %s', (version) => {
    expect(() => assertVersions(nodes(version), 'http://host')).not.toThrow();
  });

  test.each(['8.19.4', '9.3.9', '10.0.0', 'new'])(
    'refuses %s, saying what was found and what is needed',
    (version) => {
      const check = () => assertVersions(nodes('9.5.3', version), 'http://host');
      expect(check).toThrow(AppError);
      expect(check).toThrow(`http://host is Elasticsearch ${version}; 9.x from 9.4 on is needed`);
    },
  );

  test.each([[{}], [null], ['<html>'], [{ nodes: {} }]])(
    'refuses an answer without a version: %o',
    (answer) => {
      expect(() => assertVersions(answer, 'http://host')).toThrow('unknown version');
    },
  );
});
