import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { kernelLimitsText } from '../../kernel-limits.ts';
import type { Options } from '../options.ts';
import { CommandError } from '../command-error.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'main.js');
const READY = /^In the Loop is ready at (\S+)$/;

/** A server that was started only to run a notebook. */
export interface OwnServer {
  readonly address: string;
  /** Resolves once it has ended. @param end asks it to */
  ended(end: () => Promise<void>): Promise<void>;
  /** It goes on without whoever started it. */
  leave(): void;
}

/**
 * Starts one quietly, on a free port.
 * @throws CommandError with what it printed, if it does not start
 */
export async function startOwnServer(options: Options): Promise<OwnServer> {
  // Not a pipe: it would break under the server when this process ends first.
  const directory = mkdtempSync(join(tmpdir(), 'in-the-loop-run-'));
  const printed = join(directory, 'server.log');
  const file = openSync(printed, 'wx', 0o600);
  // A password may be asked for where no token is given; and arguments can be read by everybody on this machine.
  const token = options.token || randomBytes(24).toString('hex');
  // Which models may be asked has no argument; keys are named in it, and not held.
  const configuration = join(directory, 'ai.json');
  writeFileSync(configuration, JSON.stringify({ ai: options.ai ?? {} }), { flag: 'wx', mode: 0o600 });
  const child = spawn(process.execPath, [MAIN, ...argumentsOf(options), '--config', configuration], {
    env: { ...process.env, JUPYTER_TOKEN: token },
    // A Ctrl-C is for this command alone.
    detached: true,
    stdio: ['ignore', 'pipe', file],
  });
  closeSync(file);
  const exited = once(child, 'exit');
  const address = await addressOf(child);
  const forget = (): void => rmSync(directory, { recursive: true, force: true });
  if (address === null) {
    await exited;
    const why = readFileSync(printed, 'utf8').trim();
    forget();
    throw new CommandError(why === '' ? 'The server did not start.' : why);
  }
  return {
    address,
    async ended(end) {
      await end();
      await exited;
      forget();
    },
    leave() {
      child.stdout?.destroy();
      child.unref();
    },
  };
}

/** It runs one notebook, and keeps no kernels for others. */
function argumentsOf({ ai: _, places: __, 'warm-kernels': ___, ...options }: Options): string[] {
  const given = { ...options, port: 0, 'no-browser': true, 'log-level': 'warn' };
  return Object.entries(given).flatMap(([name, value]) => {
    if (name === 'hashed-password' || name === 'token' || value === undefined || value === false) return [];
    if (value === true) return [`--${name}`];
    return [`--${name}`, typeof value === 'object' ? kernelLimitsText(value) : String(value)];
  });
}

async function addressOf({ stdout }: ChildProcess): Promise<string | null> {
  if (stdout === null) return null;
  for await (const line of createInterface({ input: stdout })) {
    const address = READY.exec(line)?.[1];
    if (address !== undefined) return address;
  }
  return null;
}
