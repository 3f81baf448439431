import { randomUUID } from 'node:crypto';
import type { KernelAssignment, LaunchRequest } from '../../kernel-bridge/kernel.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';

/** Of ipykernel, and of ours in WebAssembly. */
const IPYTHONS = ['ipython', 'in_the_loop_pyodide'];

/**
 * Whether a kernel can be told where it belongs after its start: IPython can. Where the folder is a part of the command,
 * another one would need another process.
 * @param info the content of its kernel_info_reply
 */
export function canMove({ kernelspec }: LaunchRequest, info: Readonly<Record<string, unknown>>): boolean {
  const { argv, env } = kernelspec.spec;
  return (
    IPYTHONS.includes(String(info['implementation'])) &&
    ![...argv, ...Object.values(env)].join().includes('{cwd}')
  );
}

/**
 * Puts an IPython kernel where it would have been started: its folder, the list of folders that `%cd` goes back in, the
 * document's path as ipykernel keeps it. It is silent, binds no name and counts as no execution, so that nothing in the
 * kernel tells of it. `sys.path` begins with '', which means whatever the folder is.
 */
export function moveRequest({ workingDirectory, sessionPath }: KernelAssignment): KernelMessage {
  const lines = [
    // In WebAssembly the folder is one of Python's own.
    `__import__('sys').platform == 'emscripten' and __import__('os').makedirs(${python(workingDirectory)}, exist_ok=True)`,
    `__import__('os').chdir(${python(workingDirectory)})`,
    `get_ipython().user_ns['_dh'][:] = [__import__('pathlib').Path.cwd()]`,
    `get_ipython().starting_dir = __import__('os').getcwd()`,
  ];
  if (sessionPath !== null)
    lines.push(
      `__import__('os').environ['JPY_SESSION_NAME'] = ${python(sessionPath)}`,
      `get_ipython().user_ns['__session__'] = ${python(sessionPath)}`,
    );
  const header = {
    msg_id: randomUUID(),
    msg_type: 'execute_request',
    session: randomUUID(),
    username: 'server',
    date: new Date().toISOString(),
    version: '5.3',
  };
  const content = {
    code: lines.join('\n'),
    silent: true,
    store_history: false,
    user_expressions: {},
    allow_stdin: false,
    stop_on_error: false,
  };
  const frames = [header, {}, {}, content].map((part) => Buffer.from(JSON.stringify(part)));
  return { channel: 'shell', header, parentHeader: null, frames };
}

/** JSON's strings mean the same in Python; what cannot stand alone there (half a character) is in no path. */
function python(text: string): string {
  return JSON.stringify(text);
}
