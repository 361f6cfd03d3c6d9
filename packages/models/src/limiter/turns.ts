import type { RateLimitTuning } from '@winnow/core';

/** A caller of bulk calls that was told to wait. */
interface Turn {
  readonly caller: string;
  tokens: number;
  untilMs: number;
}

/** Callers in the order in which they are served. */
export type Line = Turn[];

/** What is not to be taken, because callers that came earlier wait for it. */
export interface SetAside {
  readonly requests: number;
  readonly tokens: number;
}

export function dropLate(line: Line, nowMs: number): void {
  const waiting = line.filter(({ untilMs }) => untilMs > nowMs);
  line.splice(0, line.length, ...waiting);
}

export function aheadOf(line: Line, caller: string): SetAside {
  let requests = 0;
  let tokens = 0;
  for (const turn of line) {
    if (turn.caller === caller) break;
    requests += 1;
    tokens += turn.tokens;
  }
  return { requests, tokens };
}

/** Puts a caller in line, or tells that the one there waits on. Those who would wait too long are left out. */
export function standInLine(
  line: Line,
  { caller, tokens, waitMs }: { readonly caller: string; readonly tokens: number; readonly waitMs: number },
  nowMs: number,
  { longestTurnMs, turnGraceMs, longestLine }: RateLimitTuning,
): void {
  if (waitMs > longestTurnMs) {
    leaveLine(line, caller);
    return;
  }
  const untilMs = nowMs + waitMs + turnGraceMs;
  const turn = line.find((each) => each.caller === caller);
  if (turn !== undefined) Object.assign(turn, { tokens, untilMs });
  else if (line.length < longestLine) line.push({ caller, tokens, untilMs });
}

export function leaveLine(line: Line, caller: string): void {
  const at = line.findIndex((turn) => turn.caller === caller);
  if (at >= 0) line.splice(at, 1);
}
