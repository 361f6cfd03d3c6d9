import type { Logger } from '@winnow/core';

/** Events that commands say in plain words themselves. */
const saidByCommands: ReadonlySet<unknown> = new Set([
  'run-waits',
  'run-waits-unrecorded',
  'deletions-withheld',
]);

/** The log of a command: what it says itself, to the person who waits for it, is no warning as well. */
export function createCommandLog(log: Logger): Logger {
  return {
    ...log,
    warn(fields) {
      if (saidByCommands.has(fields.event)) log.info(fields);
      else log.warn(fields);
    },
  };
}
