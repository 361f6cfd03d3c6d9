/** Thrown by a route to refuse a request; becomes the status and the provider's own error body. */
export class ProviderRefusal extends Error {
  readonly status: number;
  /** The provider's own name of the error, such as `model_not_found`; null where it has none. */
  readonly code: string | null;

  constructor(status: number, message: string, code: string | null = null) {
    super(message);
    this.name = 'ProviderRefusal';
    this.status = status;
    this.code = code;
  }
}
