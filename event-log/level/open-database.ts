import { mkdir, readdir } from 'node:fs/promises';
import { Level } from 'level';
import { formatKey } from '../event-key.ts';
import { EventLogError } from '../event-log.ts';
import { storeError } from './store-error.ts';

// `level` is classic-level's class under Node; its types leave these methods out.
export type Database = Level<Buffer, Buffer> & {
  approximateSize(start: Buffer, end: Buffer): Promise<number>;
  compactRange(start: Buffer, end: Buffer): Promise<void>;
};
const Repairable = Level as unknown as { repair(location: string): Promise<void> };

const FORMAT = 1;
const MEBIBYTE = 1024 * 1024;

export interface OpenedDatabase {
  readonly database: Database;
  /** It could not be opened as it was, and is what LevelDB could rescue. */
  readonly repaired: boolean;
}

/**
 * Opens the store in `directory`, or makes it (readable for nobody else: events hold people's code and results).
 * @throws EventLogError EVENT_LOG_LOCKED, EVENT_LOG_DISK_FULL, EVENT_LOG_UNREADABLE
 */
export async function openDatabase(directory: string): Promise<OpenedDatabase> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const opened = await openOrRepair(directory);
    await checkFormat(opened.database, directory);
    return opened;
  } catch (error) {
    throw unreadable(error, directory);
  }
}

async function openOrRepair(directory: string): Promise<OpenedDatabase> {
  // Without CURRENT LevelDB would begin a new store and delete the files of the old one.
  if (!(await hasLostItsRoot(directory))) {
    try {
      return { database: await open(directory), repaired: false };
    } catch (error) {
      const { code } = storeError(error, directory);
      if (code === 'EVENT_LOG_LOCKED' || code === 'EVENT_LOG_DISK_FULL' || isRefusal(error)) throw error;
    }
  }
  await Repairable.repair(directory);
  return { database: await open(directory), repaired: true };
}

async function open(directory: string): Promise<Database> {
  const database = new Level<Buffer, Buffer>(directory, {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
    // Twice LevelDB's own size of files: fewer of them. It maps each file that it reads into memory, and so many files: what
    // is read shows as memory of this process until then (256 MB).
    writeBufferSize: 4 * MEBIBYTE,
    maxFileSize: 4 * MEBIBYTE,
    maxOpenFiles: 74,
  }) as Database;
  await database.open(); // at once, before it would open itself
  return database;
}

async function hasLostItsRoot(directory: string): Promise<boolean> {
  const names = await readdir(directory);
  return !names.includes('CURRENT') && names.some((name) => /\.(ldb|sst|log)$/.test(name));
}

/** The system denied it; a repair would be denied too, and is not what is needed. */
function isRefusal(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return /permission denied|read-only file system|too many open files/i.test(String(cause));
}

async function checkFormat(database: Database, directory: string): Promise<void> {
  try {
    const format: Buffer | undefined = await database.get(formatKey);
    if (format === undefined) {
      await database.put(formatKey, Buffer.of(FORMAT), { sync: true });
    } else if (format[0] !== FORMAT) {
      throw new EventLogError(
        'EVENT_LOG_UNREADABLE',
        `The event log in ${directory} has format ${format[0]}, and this version of In the Loop knows ${FORMAT}: a newer version wrote it.`,
      );
    }
  } catch (error) {
    await database.close();
    throw error;
  }
}

function unreadable(error: unknown, directory: string): EventLogError {
  const known = storeError(error, directory);
  if (known.code === 'EVENT_LOG_DAMAGED' || known.code === 'EVENT_LOG_IO_FAILED') {
    return new EventLogError(
      'EVENT_LOG_UNREADABLE',
      `The event log in ${directory} cannot be opened: ${known.message}`,
      {
        cause: error,
      },
    );
  }
  return known;
}
