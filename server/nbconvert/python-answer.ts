import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { HttpError } from '../http-error.ts';

const LONGEST_HEADER_BYTES = 1024 * 1024;
const LONGEST_COMPLAINT = 2_000;

/** What a script answered: a JSON header, and then what is still to be read. */
export interface PythonAnswer {
  readonly header: Record<string, unknown>;
  readonly body: Readable;
}

/**
 * Runs a script of `convert-script.ts` in the environment's Python, in a process group of its own: an exporter may
 * start LaTeX or a browser, and they end with it.
 * @param signal ends everything, whenever it comes
 * @throws HttpError 500 with what went wrong
 */
export async function askPython(
  prefix: string,
  script: string,
  input: string,
  signal: AbortSignal,
): Promise<PythonAnswer> {
  const python = join(prefix, 'bin', 'python');
  const child = spawn(python, ['-c', script], { detached: true, stdio: 'pipe' });
  const end = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The whole group has ended already.
    }
  };
  signal.addEventListener('abort', end);
  child.once('close', () => signal.removeEventListener('abort', end));
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-LONGEST_COMPLAINT);
  });
  child.stdin.on('error', () => {
    // It ended before it had read everything; how it ended says why.
  });
  child.stdin.end(input);
  const failed = new Promise<never>((_resolve, reject) => {
    child.once('error', (error) => {
      reject(new HttpError(500, `nbconvert failed: cannot run ${python}`, null, { cause: error }));
    });
  });
  try {
    const header = await Promise.race([readHeader(child.stdout), failed]);
    if (header === null) {
      const why = signal.aborted
        ? 'it took too long or was no longer wanted'
        : complaint.trim().split('\n').at(-1);
      throw new HttpError(500, `nbconvert failed: ${why}`);
    }
    if (typeof header['error'] === 'string') throw new HttpError(500, header['error']);
    return { header, body: child.stdout };
  } catch (error) {
    end();
    throw error;
  }
}

/** The first line of a stream as JSON; what follows it is put back. Null where the stream ends before. */
async function readHeader(stream: Readable): Promise<Record<string, unknown> | null> {
  let read = Buffer.alloc(0);
  while (read.length < LONGEST_HEADER_BYTES) {
    const piece = (await nextPiece(stream)) as Buffer | null;
    if (piece === null) return null;
    read = Buffer.concat([read, piece]);
    const end = read.indexOf('\n');
    if (end < 0) continue;
    if (end + 1 < read.length) stream.unshift(read.subarray(end + 1));
    return JSON.parse(read.toString('utf8', 0, end)) as Record<string, unknown>;
  }
  throw new HttpError(500, 'nbconvert failed: its answer cannot be read');
}

function nextPiece(stream: Readable): Promise<unknown> {
  const piece: unknown = stream.read();
  if (piece !== null) return Promise.resolve(piece);
  if (stream.readableEnded) return Promise.resolve(null);
  return new Promise((resolve, reject) => {
    const settle = (how: () => void): void => {
      stream.off('readable', onReadable).off('end', onEnd).off('error', onError);
      how();
    };
    const onReadable = (): void => {
      const next: unknown = stream.read();
      if (next !== null) settle(() => resolve(next));
    };
    const onEnd = (): void => settle(() => resolve(null));
    const onError = (error: Error): void => settle(() => reject(error));
    stream.on('readable', onReadable).on('end', onEnd).on('error', onError);
  });
}
