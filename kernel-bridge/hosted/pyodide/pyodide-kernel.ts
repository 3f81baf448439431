import type { HostSays, KernelSays, KernelStart, PythonStart } from '../host-protocol.ts';
import { makeKernelHost, type KernelHost } from './kernel-host.ts';
import { limitMemory } from './memory-limit.ts';
import type { Pyodide, PyodideEngine } from './pyodide.ts';
import { SignalBuffer } from './signal-buffer.ts';

export interface KernelPort {
  readonly post: (says: KernelSays, transfer: Transferable[]) => void;
}

/** In Python's file system. */
const SITE_PACKAGES = '/lib/in-the-loop';

/** What start.py gives, as the proxy of a tuple. */
interface PythonKernel {
  get(
    index: 0,
  ): (channel: string, header: string, metadata: string, content: string, buffers: Uint8Array[]) => void;
  get(index: 1 | 2): () => void;
}

/**
 * The Python kernel, in the thread that calls this, which it blocks while it computes. Gives a function for what the host says
 * (messages, interrupts), or null when it can never be ready: then it has posted `failed`. It posts `progress`, `ready`,
 * messages, and `ended` when it is over; whoever hosts it ends the thread.
 */
export async function runPyodideKernel(
  port: KernelPort,
  start: KernelStart,
  engine: PyodideEngine,
): Promise<((said: HostSays) => void) | null> {
  const python = start.python;
  if (!python) throw new TypeError('A Python kernel needs to know where its Python is.');
  try {
    const signals = new SignalBuffer(start.interruptBuffer);
    const kernel = await startPython(port, start, python, engine, signals);
    const [receive, interruptWaiting] = [kernel.get(0), kernel.get(1)];
    port.post({ type: 'ready' }, []);
    kernel.get(2)();
    return (said) => {
      switch (said.type) {
        case 'start':
          return;
        case 'message': {
          const { channel, header, metadata, content, buffers } = said.message;
          return receive(channel, header, metadata, content, [...buffers]);
        }
        case 'interrupt':
          if (signals.takeInterrupt()) interruptWaiting();
          return;
      }
    };
  } catch (error) {
    port.post(
      { type: 'failed', message: wordsOf(error), remedy: `Is ${python.distributionUrl} a complete Pyodide?` },
      [],
    );
    return null;
  }
}

async function startPython(
  port: KernelPort,
  start: KernelStart,
  python: PythonStart,
  engine: PyodideEngine,
  signals: SignalBuffer,
): Promise<PythonKernel> {
  const log = (text: string) => port.post({ type: 'log', text }, []);
  port.post({ type: 'progress', text: 'Loading Python', done: 0 }, []);
  const session = start.sessionPath === null ? {} : { JPY_SESSION_NAME: start.sessionPath };
  const env = { ...start.environment, ...session };
  const options = { indexURL: python.distributionUrl, env, stdout: log, stderr: log };
  const [pyodide, archive] = await Promise.all([engine.loadPyodide(options), engine.read(python.archiveUrl)]);
  port.post({ type: 'progress', text: 'Loading IPython', done: 0.7 }, []);
  preparePython(pyodide, archive);
  pyodide.setInterruptBuffer(signals);
  const startKernel = pyodide.runPython('from in_the_loop_kernel.start import start; start') as (
    host: KernelHost,
  ) => PythonKernel;
  const kernel = startKernel(makeKernelHost(port.post, start.inputBuffer));
  if (python.memory !== null) limitMemory(pyodide, python.memory);
  return kernel;
}

/** Unpacks our archive and imports what every kernel needs: all that a snapshot of memory can hold. */
export function preparePython(pyodide: Pyodide, archive: Uint8Array): void {
  pyodide.unpackArchive(archive, 'zip', { extractDir: SITE_PACKAGES });
  pyodide.runPython(`
import sys
sys.path.append("${SITE_PACKAGES}")
import in_the_loop_kernel.start
`);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
