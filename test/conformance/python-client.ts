import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { serverEnvironment } from '../servers/server-folders.ts';
import { PREFIX } from '../servers/stock-server.ts';

export interface PythonResult {
  readonly code: number | null;
  readonly output: string;
  /** What the script printed as its last line, as JSON. */
  readonly result: unknown;
}

/** Runs a script of python/ with the environment's Python, in the server's own folders; its output if it fails. */
export async function runPython(
  server: JupyterServerProcess,
  script: string,
  args: readonly string[],
): Promise<PythonResult> {
  const child = spawn(join(PREFIX, 'bin', 'python'), [join(import.meta.dirname, 'python', script), ...args], {
    cwd: server.folders.root,
    env: serverEnvironment(server.folders),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const tooSlow = setTimeout(() => child.kill('SIGKILL'), 60_000);
  let printed = '';
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearTimeout(tooSlow);
  process.off('exit', killWithUs);
  if (code !== 0) throw new Error(`${script} ended with ${code}:\n${output}`);
  return { code, output, result: JSON.parse(printed.trim().split('\n').at(-1) ?? 'null') };
}
