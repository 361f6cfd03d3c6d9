import { z } from 'zod';

/** What a provider says of a refusal. */
export interface Problem {
  /** In words; null if there is nothing to read. */
  readonly message: string | null;
  /** The provider's own name of the error: `AUTHZ_INSUFFICIENT_BALANCE`; null where it has none. */
  readonly name: string | null;
}

/** One mistake of a request as FastAPI lists them; what was sent (`input`) is not read. */
const mistakeSchema = z.object({
  loc: z.array(z.union([z.string(), z.number()])).catch([]),
  msg: z.string(),
});
const words = z.string().optional().catch(undefined);
const bodySchema = z.object({
  message: words,
  code: words,
  error_type: words,
  error: z
    .union([z.string(), z.object({ message: words, code: words })])
    .optional()
    .catch(undefined),
  detail: z
    .union([z.string(), z.array(mistakeSchema)])
    .optional()
    .catch(undefined),
});

/**
 * Reads the body of a refusal in the forms that providers and servers use: `{ message }` (Cohere),
 * `{ error: { message, code } }` (OpenAI, vLLM), `{ detail, code }` (Jina, FastAPI), `{ error, error_type }` (TEI).
 * A page for people is not read.
 */
export function readProblem(body: unknown): Problem {
  if (typeof body === 'string') return { message: plain(body), name: null };
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) return { message: null, name: null };
  const { message, error, detail, code, error_type } = parsed.data;
  const nested = typeof error === 'object' ? error : { message: error, code: undefined };
  return {
    message: nested.message ?? message ?? detailOf(detail) ?? null,
    name: nested.code ?? code ?? error_type ?? null,
  };
}

function plain(body: string): string | null {
  return body.trim() === '' || body.trimStart().startsWith('<') ? null : body;
}

function detailOf(detail: string | readonly z.infer<typeof mistakeSchema>[] | undefined): string | undefined {
  if (detail === undefined || typeof detail === 'string') return detail;
  return detail.map(({ loc, msg }) => [...loc, msg].join(' ')).join('; ');
}
