import type { ErrorCode } from '@winnow/core';

/** What a reply can say beyond the causes that the rest of the system knows: who asks may not. */
export type ReplyCode = ErrorCode | 'unauthenticated' | 'permission_denied';

/** A request that is refused for its form or its sender, before anything is done for it. */
export class HttpRefusal extends Error {
  readonly statusCode: number;
  readonly code: ReplyCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    statusCode: number,
    code: ReplyCode,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
    this.headers = headers;
  }
}
