import { parseGiven } from '@winnow/core';
import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';

/** What parts of a request are called where they are wrong as a whole. */
const wholes: Readonly<Record<string, string>> = {
  body: 'the body',
  querystring: 'the query string',
  params: 'the address',
  headers: 'the headers',
};

/** Checks parts of a request by their schemas, and says what is wrong as the command line does. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart = '' }) => {
  return (given) => {
    try {
      // A part that is not there comes as null.
      return { value: parseGiven(schema, given ?? undefined, wholes[httpPart] ?? 'the request') };
    } catch (error) {
      return { error: error as Error };
    }
  };
};
