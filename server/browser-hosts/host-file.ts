import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const schema = z.object({
  id: z.string(),
  person: z.string(),
  secretHash: z.string(),
  title: z.string(),
  lastSeen: z.number(),
  hasLeft: z.boolean(),
});

/** What a server must know of a host after its own restart. */
export type HostRecord = Readonly<z.infer<typeof schema>>;

const FILE = 'host.json';

/** Null where nothing is there that can be read. */
export function readHost(folder: string): HostRecord | null {
  try {
    return schema.parse(JSON.parse(readFileSync(join(folder, FILE), 'utf8')));
  } catch {
    return null; // Whoever reads it tells the log.
  }
}

/** Readable by its owner alone, for it tells who it is. @throws Error as the disk does */
export function writeHost(folder: string, record: HostRecord): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, `${FILE}.new`), JSON.stringify(record), { mode: 0o600 });
  renameSync(join(folder, `${FILE}.new`), join(folder, FILE));
}
