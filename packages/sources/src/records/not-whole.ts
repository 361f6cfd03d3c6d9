/** Thrown while a file is read that does not hold what it should to its end; the message says why. */
export class NotWhole extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'NotWhole';
  }
}

export const cutOff = 'the file ends in the middle of a record';
export const changed = 'the file changed while it was read';
