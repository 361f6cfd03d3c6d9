import { describe, expect, test } from 'vitest';
import { sqliteError } from './sqlite-error.ts';

const thrown = (errcode: number) =>
  Object.assign(new Error('as SQLite says it'), { code: 'ERR_SQLITE_ERROR', errcode });

describe('sqliteError', () => {
  test.each([
    [5, 'unavailable'],
    [261, 'unavailable'],
    [8, 'failed_precondition'],
    [10, 'unavailable'],
    [11, 'failed_precondition'],
    [267, 'failed_precondition'],
    [13, 'resource_exhausted'],
    [14, 'failed_precondition'],
    [26, 'failed_precondition'],
  ] as const)('SQLite code %i is %s, names the file and keeps the cause', (errcode, code) => {
    const cause = thrown(errcode);
    const error = sqliteError(cause, '/data/index.sqlite');
    expect(error).toMatchObject({
      code,
      cause,
      part: 'index',
      message: expect.stringContaining('/data/index.sqlite'),
    });
  });

  test('a full disk is told from a busy server', () => {
    expect(sqliteError(thrown(13), '/data/index.sqlite').context).toMatchObject({ full: true });
    expect(sqliteError(thrown(5), '/data/index.sqlite').context).not.toHaveProperty('full');
  });

  test('a write to what stands for a table of a later version is one to a file that is only read', () => {
    const cause = Object.assign(thrown(1), { message: 'cannot modify schedule because it is a view' });
    expect(sqliteError(cause, '/data/index.sqlite')).toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('read-only'),
    });
  });

  test('any other SQLite code is a bug', () => {
    expect(sqliteError(thrown(1), '/data/index.sqlite')).toMatchObject({
      code: 'internal',
      message: 'as SQLite says it',
    });
  });
});
