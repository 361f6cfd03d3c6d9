import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../database.ts';
import { openForReading } from '../open-for-reading.ts';
import { bringForward, versionOf } from './bring-forward.ts';
import type { FileFormat, MigrationStep } from './file-format.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-forward-'));
  path = join(folder, 'file.db');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const first: MigrationStep = (database) =>
  database.execute('CREATE TABLE note (text TEXT) STRICT; INSERT INTO note VALUES (1)');
const second: MigrationStep = (database) =>
  database.execute("ALTER TABLE note ADD COLUMN tone TEXT NOT NULL DEFAULT 'calm'");
const third: MigrationStep = (database) => database.execute("UPDATE note SET tone = tone || 'er'");
const formatOf = (...steps: readonly MigrationStep[]): FileFormat => ({ kind: 'ledger', steps });

function withFile<Result>(work: (database: Database) => Result): Result {
  const database = openDatabase(path, { readOnly: false });
  try {
    return work(database);
  } finally {
    database.close();
  }
}

const notes = (database: Database) =>
  database.all('SELECT * FROM note').map((row) => ({ ...(row as object) }));

describe('bringForward', () => {
  test('takes a new file through every step, and an earlier one through those that it lacks', () => {
    withFile((database) => {
      expect(bringForward(database, formatOf(first))).toBe(0);
      expect(versionOf(database)).toBe(1);
      expect(bringForward(database, formatOf(first, second, third))).toBe(1);
      expect(notes(database)).toEqual([{ text: '1', tone: 'calmer' }]);
      expect(bringForward(database, formatOf(first, second, third))).toBe(3);
      expect(notes(database)).toEqual([{ text: '1', tone: 'calmer' }]);
    });
  });

  test('leaves a file of the version before where a step fails, and goes on from there', () => {
    const failing: MigrationStep = (database) => {
      database.execute("UPDATE note SET tone = 'lost'; PRAGMA user_version = 7");
      throw new Error('no room');
    };
    withFile((database) => {
      expect(() => bringForward(database, formatOf(first, second, failing))).toThrow('no room');
      expect(versionOf(database)).toBe(2);
      expect(notes(database)).toEqual([{ text: '1', tone: 'calm' }]);
      bringForward(database, formatOf(first, second, third));
      expect(notes(database)).toEqual([{ text: '1', tone: 'calmer' }]);
    });
  });

  test('does each step once though two processes begin at the same time', () => {
    withFile((database) => bringForward(database, formatOf(first)));
    withFile((left) =>
      withFile((right) => {
        const overtaken: MigrationStep = (database) => {
          second(database);
        };
        const racing = formatOf(first, overtaken, third);
        // The other comes to the end between the look at the version and the lock.
        const lateLeft: Database = {
          ...left,
          write(work) {
            bringForward(right, racing);
            return left.write(work);
          },
        };
        bringForward(lateLeft, racing);
        expect(notes(left)).toEqual([{ text: '1', tone: 'calmer' }]);
      }),
    );
  });

  test('refuses a file of a newer version, for reading and for writing', () => {
    withFile((database) => bringForward(database, formatOf(first, second)));
    const refused = {
      code: 'failed_precondition',
      message: expect.stringContaining('newer version (format 2'),
    };
    const failure = (work: () => unknown) => {
      try {
        return work();
      } catch (error) {
        return error;
      }
    };
    expect(withFile((database) => failure(() => bringForward(database, formatOf(first))))).toMatchObject(
      refused,
    );
    expect(failure(() => openForReading(path, formatOf(first)))).toMatchObject(refused);
  });

  test('an earlier version is read through what stands in for the steps that it lacks', () => {
    withFile((database) => bringForward(database, formatOf(first)));
    const format: FileFormat = {
      ...formatOf(first, second),
      readEarlier: (database) =>
        database.execute("CREATE TEMP VIEW note AS SELECT text, 'supposed' AS tone FROM main.note"),
    };
    const reader = openForReading(path, format);
    expect(notes(reader)).toEqual([{ text: '1', tone: 'supposed' }]);
    withFile((database) => bringForward(database, format));
    expect(notes(reader)).toEqual([{ text: '1', tone: 'calm' }]);
    reader.close();
  });
});
