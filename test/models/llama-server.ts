import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PREFIX } from '../servers/stock-server.ts';
import { tinyModel } from './tiny-model.ts';

export interface LlamaServer {
  /** Of its OpenAI API. */
  readonly baseUrl: string;
  /** Idempotent. */
  close(): Promise<void>;
}

/** A real llama.cpp server (PyPI `xllamacpp`) with the tiny model. */
export async function startLlamaServer(): Promise<LlamaServer> {
  const folder = mkdtempSync(join(tmpdir(), 'llama-server-'));
  writeFileSync(join(folder, 'tiny.gguf'), tinyModel());
  const program = join(import.meta.dirname, 'llama-server.py');
  const child = spawn(join(PREFIX, 'bin', 'python'), [program, 'tiny.gguf'], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (bytes: Buffer) => (complaints = (complaints + bytes.toString()).slice(-4_000)));
  const exited = once(child, 'exit');
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  const server = (baseUrl: string): LlamaServer => ({ baseUrl, close: () => (closing ??= close()) });
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /^listening at (\S+)/.exec(line)?.[1];
    if (address !== undefined) return server(`${address}/v1`);
  }
  await close();
  throw new Error(`llama.cpp did not start:\n${complaints}`);
}
