/** A call that was answered with an error, or not at all. */
export class CallError extends Error {
  /** One of Winnow's error codes; `unreachable` where nobody answered, `late` where nobody did in time. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.name = 'CallError';
    this.code = code;
  }

  static from(thrown: unknown): CallError {
    if (thrown instanceof CallError) return thrown;
    const { code = 'unknown', message } = thrown as { code?: unknown; message?: string };
    return new CallError(String(code), message ?? String(thrown));
  }
}
