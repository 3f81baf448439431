import { mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import type * as Sqlite from 'node:sqlite';
import type { DatabaseSync } from 'node:sqlite';

/** As nbformat's: beyond so many signatures the oldest quarter is forgotten. */
const MOST_SIGNATURES = 65_535;
const ALGORITHM = 'sha256';
/** `last_seen` orders the forgetting; to the day is exact enough, and spares a disk write at each opening. */
const SEEN_AGAIN_AFTER_MS = 24 * 60 * 60 * 1000;
const BUSY_TIMEOUT_MS = 2_000;

/** Jupyter's own database of trusted notebooks, shared with jupyter_server and `jupyter trust`. */
export class SignatureStore {
  readonly #file: string;
  readonly #warn: (message: string) => void;
  #database: DatabaseSync | null = null;

  /** @param warn is told when the database had to be replaced */
  constructor(file: string, warn: (message: string) => void) {
    this.#file = file;
    this.#warn = warn;
  }

  has(signature: string): boolean {
    const database = this.#open();
    const row = database
      .prepare('SELECT last_seen FROM nbsignatures WHERE algorithm = ? AND signature = ?')
      .get(ALGORITHM, signature);
    if (row === undefined) return false;
    const seen = Date.parse(String(row['last_seen']));
    if (!(Date.now() - seen < SEEN_AGAIN_AFTER_MS)) this.#touch(database, signature);
    return true;
  }

  add(signature: string): void {
    const database = this.#open();
    if (this.has(signature)) return;
    database
      .prepare('INSERT INTO nbsignatures (algorithm, signature, last_seen) VALUES (?, ?, ?)')
      .run(ALGORITHM, signature, pythonTime(new Date()));
    const count = database.prepare('SELECT count(*) AS n FROM nbsignatures').get();
    if (Number(count?.['n']) <= MOST_SIGNATURES) return;
    database
      .prepare(
        'DELETE FROM nbsignatures WHERE id IN (SELECT id FROM nbsignatures ORDER BY last_seen DESC LIMIT -1 OFFSET ?)',
      )
      .run(Math.floor(0.75 * MOST_SIGNATURES));
  }

  close(): void {
    this.#database?.close();
    this.#database = null;
  }

  #touch(database: DatabaseSync, signature: string): void {
    database
      .prepare('UPDATE nbsignatures SET last_seen = ? WHERE algorithm = ? AND signature = ?')
      .run(pythonTime(new Date()), ALGORITHM, signature);
  }

  #open(): DatabaseSync {
    this.#database ??= this.#openOrReplace();
    return this.#database;
  }

  /** Trust is a convenience: a broken database costs it, but keeps nobody from their notebooks. */
  #openOrReplace(): DatabaseSync {
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      return openDatabase(this.#file);
    } catch (error) {
      this.#warn(
        `The signature database ${this.#file} cannot be used (${String(error)}); a new one is made.`,
      );
    }
    try {
      renameSync(this.#file, `${this.#file}.bak`);
      return openDatabase(this.#file);
    } catch (error) {
      this.#warn(
        `No signature database at ${this.#file} (${String(error)}); trust lasts until the server ends.`,
      );
      return openDatabase(':memory:');
    }
  }
}

function openDatabase(file: string): DatabaseSync {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(file);
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    database.exec(`CREATE TABLE IF NOT EXISTS nbsignatures
      (id integer PRIMARY KEY AUTOINCREMENT, algorithm text, signature text, path text, last_seen timestamp)`);
    database.exec('CREATE INDEX IF NOT EXISTS algosig ON nbsignatures(algorithm, signature)');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Loaded when first needed, without Node's note that its SQLite module is young: it says nothing to a person. */
function loadSqlite(): typeof Sqlite {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (String(warning).includes('SQLite is an experimental feature')) return;
    (emitWarning as (...all: unknown[]) => void)(warning, ...rest);
  };
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** As Python's `datetime.isoformat`, which is how nbformat writes times into the database. */
const pythonTime = (time: Date): string => time.toISOString().replace('Z', '000+00:00');
