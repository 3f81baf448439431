import type { HostSays, KernelSays, KernelStart, PythonStart } from '../host-protocol.ts';
import { makeKernelHost, type KernelHost } from './kernel-host.ts';
import { limitMemory } from './memory-limit.ts';
import { loadSnapshot } from './load-snapshot.ts';
import { adaptOldPyodide, isOldPyodide } from './old-pyodide.ts';
import { Packages, packagesFrom } from './packages.ts';
import { importKernel, placeArchive } from './prepare-python.ts';
import type { LoadOptions, Pyodide, PyodideEngine } from './pyodide.ts';
import { SignalBuffer } from './signal-buffer.ts';

export interface KernelPort {
  readonly post: (says: KernelSays, transfer: Transferable[]) => void;
}

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
          try {
            return receive(channel, header, metadata, content, [...buffers]);
          } catch (error) {
            return port.post({ type: 'log', text: `A message was not taken: ${wordsOf(error)}` }, []);
          }
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
  const written: Record<number, string> = {};
  // Python takes it when it publishes: it cannot be called while it writes.
  const keep = (descriptor: number) => (text: string) => {
    written[descriptor] = `${written[descriptor] ?? ''}${text}\n`;
  };
  port.post({ type: 'progress', text: 'Loading Python', done: 0 }, []);
  const options = {
    indexURL: python.distributionUrl,
    env: {},
    stdout: keep(1),
    stderr: keep(2),
    ...packagesFrom(python.packagesUrl),
  };
  const [pyodide, archive] = await Promise.all([
    load(python, engine, options, log),
    engine.read(python.archiveUrl),
  ]);
  port.post({ type: 'progress', text: 'Loading IPython', done: 0.7 }, []);
  pyodide._module.API.on_fatal = (error) =>
    port.post({ type: 'ended', failure: `Python broke: ${wordsOf(error)}` }, []);
  placeArchive(pyodide, archive);
  importKernel(pyodide);
  pyodide.setInterruptBuffer(signals);
  if (python.memory !== null && !limitMemory(pyodide, python.memory)) {
    log('The memory of this Pyodide cannot be limited.');
  }
  const startKernel = pyodide.runPython('__import__("in_the_loop_kernel.start").start.start') as (
    host: KernelHost,
    configuration: string,
  ) => PythonKernel;
  const session = start.sessionPath === null ? {} : { JPY_SESSION_NAME: start.sessionPath };
  const { memory, packagesUrl, indexUrls } = python;
  // The environment not by loadPyodide's own option: a snapshot has the one that it was made in.
  const environment = { ...start.environment, ...session };
  return startKernel(
    makeKernelHost(port.post, start, new Packages(pyodide), written),
    JSON.stringify({ environment, memory, packagesUrl, indexUrls }),
  );
}

async function load(
  python: PythonStart,
  engine: PyodideEngine,
  options: LoadOptions,
  log: (text: string) => void,
): Promise<Pyodide> {
  const loaded = python.snapshotUrl
    ? await loadWithSnapshot(python.snapshotUrl, engine, options, log)
    : await engine.loadPyodide(options);
  return isOldPyodide(loaded) ? adaptOldPyodide(loaded) : loaded;
}

async function loadWithSnapshot(
  url: string,
  engine: PyodideEngine,
  options: LoadOptions,
  log: (text: string) => void,
) {
  try {
    const bytes = await engine.read(url);
    return await loadSnapshot(engine, options, url.endsWith('.gz') ? await unzipped(bytes) : bytes);
  } catch (error) {
    log(`The snapshot ${url} cannot be used (${wordsOf(error)}): Python starts without it.`);
    return engine.loadPyodide(options);
  }
}

async function unzipped(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Response(bytes as BodyInit).body?.pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream ?? null).arrayBuffer());
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
