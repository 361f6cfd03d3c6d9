/** What can be wrong with a file as a whole, in words for who owns it. */
const messages = {
  cut: 'the file ends in the middle of a record',
  damaged: 'the file is damaged: it cannot be unpacked to its end',
  inflated: 'the file unpacks to far more than its size',
  changed: 'the file changed while it was read',
} as const;

/**
 * Thrown while a file is read that does not hold what it should to its end. What came before the end of one that is
 * cut can be trusted.
 */
export class NotWhole extends Error {
  readonly kind: keyof typeof messages;

  constructor(kind: keyof typeof messages, options?: ErrorOptions) {
    super(messages[kind], options);
    this.name = 'NotWhole';
    this.kind = kind;
  }
}
