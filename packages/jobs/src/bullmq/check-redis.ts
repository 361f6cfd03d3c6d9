import { AppError } from '@winnow/core';

/** Oldest Redis (or Valkey, which counts on from 7.2) that BullMQ recommends. */
const oldestVersion = '6.2.0';

/**
 * Reads Redis' own description of itself.
 * @param info the reply of `INFO`.
 * @throws AppError `failed_precondition` of part `queue`, with what was found and how to mend it, if jobs would not be safe.
 */
export function checkRedis(info: string): void {
  const version = fieldOf(info, 'valkey_version') ?? fieldOf(info, 'redis_version');
  if (version === null || isOlder(version, oldestVersion)) {
    throw new AppError(
      'failed_precondition',
      `Redis ${oldestVersion} or newer is needed, this one says it is ${version ?? 'of no version'}`,
      { context: { version }, part: 'queue' },
    );
  }
  if (fieldOf(info, 'role') === 'slave') {
    throw new AppError(
      'failed_precondition',
      'this Redis is a replica, which takes no jobs: name its master, or the sentinels that know it',
      { part: 'queue' },
    );
  }
  const policy = fieldOf(info, 'maxmemory_policy');
  if (policy !== null && policy !== 'noeviction') {
    throw new AppError(
      'failed_precondition',
      `Redis deletes jobs when its memory is full, because its maxmemory-policy is ${policy}. Run: redis-cli config set maxmemory-policy noeviction (and set it in redis.conf)`,
      { context: { policy }, part: 'queue' },
    );
  }
}

function fieldOf(info: string, name: string): string | null {
  const line = info.split(/\r?\n/).find((each) => each.startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim() ?? null;
}

function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((each) => each.split('.').map((part) => Number.parseInt(part, 10) || 0));
  for (let i = 0; i < 3; i += 1) {
    const difference = (a?.[i] ?? 0) - (b?.[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
