import { AppError } from '@winnow/core';

interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** What host and port are chosen by: options, variables. */
interface ChosenBy {
  readonly host: string;
  readonly port: string;
}

/**
 * What whoever chose an address is told where a server cannot listen there.
 * @returns an AppError `failed_precondition`; where it is something else that was thrown, that.
 */
export function listenError(thrown: unknown, address: ListenAddress, chosenBy: ChosenBy): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const message = messageOf(code, address, chosenBy);
  return message === null ? thrown : new AppError('failed_precondition', message, { cause: thrown });
}

function messageOf(code: string, { host, port }: ListenAddress, by: ChosenBy): string | null {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is taken: choose another with ${by.port}, or 0 for a free one`;
    case 'EACCES':
      return `port ${port} on ${host} may not be taken by this user: choose one from 1024 on with ${by.port}`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is no address of this machine: choose one that is with ${by.host}`;
    default:
      return null;
  }
}
