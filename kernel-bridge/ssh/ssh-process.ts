import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

/** What is kept of standard error, in characters: its end. */
const KEPT = 16_000;

/** One `ssh` (or `ssh-keygen`) of the system. */
export interface SshProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** The end of what it said on standard error so far. */
  said(): string;
  /** Resolves, never rejects, once it is gone; null: by a signal, or it could not be started. */
  readonly ended: Promise<number | null>;
}

/**
 * In a session of its own: without a terminal that it could ask on, and out of reach of a Ctrl-C that is meant for us.
 * @param onLine told of each line on standard error
 */
export function startSsh(
  program: string,
  args: readonly string[],
  onLine: (line: string) => void = () => undefined,
): SshProcess {
  let said = '';
  let rest = '';
  const child = spawn(program, args, {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    // No window opens on the server's screen to ask for a password.
    env: { ...process.env, SSH_ASKPASS_REQUIRE: 'never' },
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-KEPT);
    const lines = (rest + text).split('\n');
    rest = (lines.pop() ?? '').slice(-KEPT);
    for (const line of lines) onLine(line);
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      said += error.code === 'ENOENT' ? `${program} is not installed on the server's machine` : error.message;
      resolve(null);
    });
    // Not `close`: a connection that the person's configuration leaves open may keep our pipe.
    child.once('exit', (code) => setImmediate(() => resolve(code)));
  });
  // It ended before it took what it was sent: its end says why.
  child.stdin.on('error', () => undefined);
  return { child, said: () => said, ended };
}
