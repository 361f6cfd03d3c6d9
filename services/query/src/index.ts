export { buildServer, type Server, type ServerOptions } from './build-server.ts';
export { coverageNotes } from './coverage-notes.ts';
export { runQuery, type Serving, serve } from './run-query.ts';
