import { describe, expect, it } from 'vitest';
import { toYaml, withoutGcLog } from './elasticsearch-instance.ts';

describe('toYaml', () => {
  it('quotes names and text and leaves numbers and truth values bare', () => {
    const settings = { 'http.port': 9200, 'path.data': '/a b/"c"', 'xpack.security.enabled': false };
    expect(toYaml(settings)).toBe(
      '"http.port": 9200\n"path.data": "/a b/\\"c\\""\n"xpack.security.enabled": false\n',
    );
  });
});

describe('withoutGcLog', () => {
  it('drops the log of the garbage collector and keeps every other option', () => {
    const options =
      '-XX:+UseG1GC\n-Xlog:gc*,safepoint:file=gc.log:filecount=32\n-XX:+ExitOnOutOfMemoryError\n';
    expect(withoutGcLog(options)).toBe('-XX:+UseG1GC\n\n-XX:+ExitOnOutOfMemoryError\n');
  });
});
