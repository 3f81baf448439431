import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { JupyterServerProcess } from './jupyter-server-process.ts';
import { MAIN } from './our-server.ts';
import { serverEnvironment } from './server-folders.ts';

const run = promisify(execFile);

/** An event as `in-the-loop log` prints it. */
export interface LoggedEvent {
  readonly sequence: number;
  readonly type: string;
  /** Of a message: the id of the request that it answers. */
  readonly causedBy?: string | null;
  readonly data: Record<string, unknown>;
  readonly message?: { header: { msg_id: string; msg_type: string }; content: Record<string, unknown> };
}

/** What `in-the-loop log` prints, of a running server or of one that ended. */
export async function logText({ folders }: JupyterServerProcess, ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [MAIN, 'log', ...args, '--state', folders.state], {
    env: serverEnvironment(folders),
    cwd: folders.root,
    maxBuffer: 2 ** 30,
  });
  return stdout;
}

export async function loggedEvents(server: JupyterServerProcess, stream: string): Promise<LoggedEvent[]> {
  const lines = (await logText(server, stream)).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as LoggedEvent);
}
