import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpRefusal } from './http-refusal.ts';

/** Which methods each address takes, for requests that no route takes. */
export interface KnownRoutes {
  add(route: { readonly url: string; readonly method: string | readonly string[] }): void;
  /** @throws HttpRefusal 405 with `allow` where another method is taken there, else 404. */
  refuse(request: FastifyRequest, reply: FastifyReply): never;
}

export function createKnownRoutes(): KnownRoutes {
  const methods = new Map<string, Set<string>>();
  return {
    add({ url, method }) {
      const known = methods.get(url) ?? new Set();
      methods.set(url, known);
      for (const each of [method].flat()) known.add(each);
    },
    refuse(request) {
      const asked = partsOf(request.url.split('?', 1)[0] ?? '');
      const taken = [...methods].find(([url]) => matches(partsOf(url), asked));
      const shown = `${request.method} ${request.url.slice(0, 200)}`;
      if (taken === undefined) {
        throw new HttpRefusal(404, 'not_found', `no route ${shown}: /openapi.json lists them`);
      }
      const allow = [...taken[1]].sort().join(', ');
      throw new HttpRefusal(
        405,
        'invalid_argument',
        `not ${shown}, but ${allow}: /openapi.json lists the routes`,
        {
          allow,
        },
      );
    },
  };
}

function partsOf(url: string): readonly string[] {
  return url.split('/');
}

function matches(route: readonly string[], asked: readonly string[]): boolean {
  return (
    route.length === asked.length &&
    route.every((part, at) => (part.startsWith(':') ? asked[at] !== '' : part === asked[at]))
  );
}
