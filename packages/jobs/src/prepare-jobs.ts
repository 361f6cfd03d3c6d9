import { AppError, type JobCatalog, type JobOf, type ParkedJob } from '@winnow/core';

/** A payload is pointers and hashes; text and vectors travel as blobs. */
export const maxPayloadBytes = 16 * 1024;

const maxIdLength = 512;

/** A job that is fit to be put in. */
export interface PreparedJob {
  readonly name: string;
  readonly id: string;
  /** The parsed payload as JSON. */
  readonly json: string;
}

/**
 * Parses every payload and makes the ids. All or nothing: one bad job and none is put in.
 * @throws AppError `invalid_argument` if a payload does not fit its schema, is over 16 KiB as JSON, or has
 * an id that a queue cannot hold; `internal` if the catalog has no such kind.
 */
export function prepareJobs<Catalog extends JobCatalog>(
  catalog: Catalog,
  jobs: readonly JobOf<Catalog>[],
): PreparedJob[] {
  return jobs.map((job) => {
    const payload = parsePayload(catalog, job.name, job.payload);
    const json = JSON.stringify(payload);
    const bytes = Buffer.byteLength(json);
    if (bytes > maxPayloadBytes) {
      throw new AppError(
        'invalid_argument',
        `the payload of a ${job.name} job is ${bytes} bytes, the limit is ${maxPayloadBytes}: keep text and vectors in a blob`,
        { context: { job: job.name, bytes } },
      );
    }
    return { name: job.name, id: jobIdOf(catalog, job.name, payload), json };
  });
}

/**
 * @returns the payload as its kind's schema gives it.
 * @throws AppError `invalid_argument` if it does not fit; `internal` if the catalog has no such kind.
 */
export function parsePayload<Catalog extends JobCatalog>(catalog: Catalog, name: string, payload: unknown) {
  const definition = catalog[name];
  if (definition === undefined) throw new AppError('internal', `there is no kind of job named ${name}`);
  const parsed = definition.payload.safeParse(payload);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError(
    'invalid_argument',
    `the payload of a ${name} job does not fit its schema: ${issue?.path.join('.') || 'payload'}: ${issue?.message}`,
    { context: { job: name }, cause: parsed.error },
  );
}

/**
 * @param payload parsed.
 * @throws AppError `invalid_argument` if the id is empty, over 512 characters, digits only, or holds a colon.
 */
export function jobIdOf<Catalog extends JobCatalog>(
  catalog: Catalog,
  name: string,
  payload: unknown,
): string {
  const id = catalog[name]?.id(payload) ?? '';
  if (id === '' || id.length > maxIdLength || /^\d+$/.test(id) || id.includes(':')) {
    throw new AppError(
      'invalid_argument',
      `a ${name} job has the id "${id.slice(0, 80)}": it must have 1 to ${maxIdLength} characters, no colon, and not be digits only`,
      { context: { job: name } },
    );
  }
  return id;
}

/**
 * Reads a job that is in a queue, for listing.
 * @returns one job, or none if its payload is of a later version or does not fit: whoever takes it reports that.
 */
export function readJob<Catalog extends JobCatalog>(
  catalog: Catalog,
  name: string,
  payload: unknown,
): JobOf<Catalog>[] {
  if (isOfLaterVersion(catalog, name, payload)) return [];
  try {
    return [{ name, payload: parsePayload(catalog, name, payload) }];
  } catch {
    return [];
  }
}

/** The version that a payload says it has; null where it says none. */
export function versionOf(payload: unknown): number | null {
  if (typeof payload !== 'object' || payload === null || !('version' in payload)) return null;
  return typeof payload.version === 'number' ? payload.version : null;
}

/** Whether a payload is of a later version than this code understands: somebody else does, or will. */
export function isOfLaterVersion(catalog: JobCatalog, name: string, payload: unknown): boolean {
  const known = catalog[name]?.version;
  return known !== undefined && (versionOf(payload) ?? 0) > known;
}

/** Reads the jobs of a queue for those that wait for another version of this code, such as kinds that it lacks. */
export function parkedOf(
  catalog: JobCatalog,
  jobs: readonly { readonly name: string; readonly id: string; readonly payload: unknown }[],
): ParkedJob[] {
  return jobs
    .filter(({ name, payload }) => !Object.hasOwn(catalog, name) || isOfLaterVersion(catalog, name, payload))
    .map(({ name, id, payload }) => ({ name, id, version: versionOf(payload) }));
}

/**
 * Checks what types cannot: names and numbers of a catalog.
 * @throws AppError `invalid_argument` at the first kind that no queue can run.
 */
export function checkCatalog(catalog: JobCatalog): void {
  for (const [name, definition] of Object.entries(catalog)) {
    const { attempts, backoffMs, timeoutMs, concurrency, version = 1, maxWorkersLost = 1 } = definition;
    if (name === '' || name.includes(':')) {
      throw new AppError(
        'invalid_argument',
        `a kind of job is named "${name}": it must not be empty or hold a colon`,
      );
    }
    const wholeNumbers = { attempts, timeoutMs, concurrency, version, maxWorkersLost };
    for (const [field, value] of Object.entries(wholeNumbers)) {
      if (!Number.isSafeInteger(value) || value < 1) {
        throw new AppError(
          'invalid_argument',
          `${name}.${field} is ${value}: it must be a whole number of at least 1`,
        );
      }
    }
    if (!(backoffMs >= 0)) {
      throw new AppError('invalid_argument', `${name}.backoffMs is ${backoffMs}: it must be at least 0`);
    }
  }
}
