import { Client } from 'pg';

/** A database of one's own on a real server, and a super-user in it. */
export async function openDatabase(serverUrl: string, database: string) {
  const connect = async (name: string) => {
    const client = new Client({ connectionString: `${serverUrl.replace('//', '//winnow@')}/${name}` });
    await client.connect();
    return client;
  };
  const administrator = await connect('postgres');
  await administrator.query(`CREATE DATABASE ${database}`);
  await administrator.end();
  const client = await connect(database);
  return {
    address: (table: string) => `${serverUrl}/${database}/${table}`,
    run: (sql: string) => client.query(sql),
    /** Ends every other connection to the database, as a server that is stopped does. */
    async endOthers(): Promise<number> {
      const { rows } = await client.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
      return rows.length;
    },
    close: () => client.end(),
  };
}
