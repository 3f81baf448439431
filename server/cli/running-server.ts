import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const schema = z.object({
  pid: z.int(),
  /** With the token: the file is its owner's alone, like Jupyter's jpserver-<pid>.json. */
  url: z.string(),
  /** Where `in-the-loop log` asks it; null where there is no such socket. */
  controlSocket: z.string().nullable(),
  /** The page that opens it in a browser; null where there is none. */
  openPage: z.string().nullable(),
});

/** What a server that has a state directory open says of itself there, in server.json. */
export type RunningServerRecord = z.infer<typeof schema>;

const fileIn = (stateDirectory: string): string => join(stateDirectory, 'server.json');

/** The server that runs on a state directory; null where none is ready. */
export function readRunningServer(stateDirectory: string): RunningServerRecord | null {
  let text: string;
  try {
    text = readFileSync(fileIn(stateDirectory), 'utf8');
  } catch {
    return null; // No server runs, or it is not ready yet.
  }
  const record = schema.safeParse(parseOrNull(text)).data;
  return record !== undefined && isAlive(record.pid) ? record : null;
}

/** Called by the holder of the event log alone, whose lock makes it the only writer. */
export function writeRunningServer(stateDirectory: string, record: RunningServerRecord): void {
  const temporary = join(stateDirectory, `.server-${randomBytes(4).toString('hex')}.json`);
  writeFileSync(temporary, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  renameSync(temporary, fileIn(stateDirectory));
}

export const removeRunningServer = (stateDirectory: string): void =>
  rmSync(fileIn(stateDirectory), { force: true });

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // Left half written by a power cut: that server does not run any more.
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
