export { buildServer, type Server, type ServerOptions } from './build-server.ts';
export { runQuery, type Serving, serve } from './run-query.ts';
