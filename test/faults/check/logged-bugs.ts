import type { Scene } from '../scene/scene.ts';

/**
 * What the programs of a scene have logged as bugs of their own, once each: no fault around them may lead to any. That
 * a job's workers were killed again and again is what a schedule does to it.
 */
export function loggedBugs({ serving, workers }: Pick<Scene, 'serving' | 'workers'>): readonly string[] {
  const programs = [...new Set([serving, ...workers])].flatMap((slot) => slot.programs);
  const bugs = programs.flatMap(({ log }) => log.filter(isBug).map((line) => describe(line)));
  return [...new Set(bugs)];
}

/** Of pino; what is less loud has been taken care of. */
const errorLevel = 50;

function isBug(line: Readonly<Record<string, unknown>>): boolean {
  const code = isRecord(line.error) ? line.error.code : line.code;
  const message = isRecord(line.error) ? line.error.message : line.message;
  if (/workers died or froze while they ran/.test(String(message))) return false;
  return typeof line.level === 'number' && line.level >= errorLevel && code === 'internal';
}

function describe({ event, job, message, error }: Readonly<Record<string, unknown>>): string {
  const stack = isRecord(error) ? error.stack : undefined;
  return [event, job, message, stack].filter((part) => part !== undefined).join(' ');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
