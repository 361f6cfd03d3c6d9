import { AsyncLocalStorage } from 'node:async_hooks';

/** Ids that every line bears which is logged on behalf of one request. */
export interface SharedLogFields {
  readonly requestId: string;
}

const fields = new AsyncLocalStorage<SharedLogFields>();

/** Runs something; what it logs, and what that which it awaits logs, bears these fields. */
export function withLogFields<Result>(shared: SharedLogFields, run: () => Result): Result {
  return fields.run(shared, run);
}

/** The fields of what runs now. */
export function sharedLogFields(): object {
  return fields.getStore() ?? {};
}
