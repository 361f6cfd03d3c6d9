import type { Gate } from '@winnow/core';

/** What was measured is about one state: a generation that is written to meanwhile is another one at the end. */
export function stateGate(before: string, after: string): Gate {
  const passed = before === after;
  return {
    name: 'state',
    passed,
    value: null,
    floor: null,
    detail: passed
      ? 'nothing was written to it meanwhile'
      : 'it was written to while it was looked at: the figures are of no one state, verify again',
  };
}
