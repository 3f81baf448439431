import { once } from 'node:events';
import { chmodSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { EventLog } from '../event-log/event-log.ts';
import type { Logger } from './logger.ts';
import { answerLines } from './stream-lines.ts';
import type { FileVersions } from './versions/file-versions.ts';
import { VersionError } from './versions/version-error.ts';
import { versionLines, versionQuestionSchema } from './versions/version-lines.ts';

const questionSchema = z.discriminatedUnion('ask', [
  z.object({ ask: z.literal('streams') }),
  z.object({ ask: z.literal('verify') }),
  z.object({ ask: z.literal('stop') }),
  z.object({ ask: z.literal('events'), stream: z.string(), follow: z.boolean() }),
  ...versionQuestionSchema.options,
]);
const MOST_CLIENTS = 16;

/**
 * The local socket over which `in-the-loop log`, `stop`, `versions` and `restore` ask the server that has the event log open: LevelDB lets in
 * one process at a time. One question a connection, `{"ask": …}` on a line; the answer is JSON lines, and
 * `{"end": true}` or `{"error": "…"}` as the last. Only the owner can open the socket.
 */
export async function listenOnControlSocket(deps: {
  readonly path: string;
  readonly log: EventLog;
  readonly versions: FileVersions;
  readonly logger: Logger;
  /** Asks for the end of the server and of what it holds. @returns what that is */
  stop(): { readonly kernels: number; readonly terminals: number };
}): Promise<{ close(): Promise<void> }> {
  const clients = new Set<Socket>();
  const server = createServer((socket) => {
    clients.add(socket);
    socket.on('close', () => clients.delete(socket));
    // A client that went away in the middle of an answer.
    socket.on('error', (error) => deps.logger.debug({ err: error }, 'a client left the control socket'));
    answer(socket, deps).catch((error: unknown) => {
      if (!(error instanceof VersionError))
        deps.logger.warn({ err: error }, 'a question on the control socket could not be answered');
      socket.end(`${JSON.stringify({ error: (error as Error).message })}\n`);
    });
  });
  server.maxConnections = MOST_CLIENTS;
  // Left behind by a server that was killed: whoever calls this holds the state directory, so nobody listens there.
  rmSync(deps.path, { force: true });
  server.listen(deps.path);
  await once(server, 'listening');
  chmodSync(deps.path, 0o600);
  return {
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of clients) socket.destroy();
      await closed;
    },
  };
}

interface Answering {
  readonly log: EventLog;
  readonly versions: FileVersions;
  stop(): { readonly kernels: number; readonly terminals: number };
}

async function answer(socket: Socket, deps: Answering): Promise<void> {
  const { log, versions } = deps;
  const gone = new AbortController();
  socket.on('close', () => gone.abort());
  const question = questionSchema.parse(JSON.parse(await firstLine(socket)));
  if (question.ask === 'stop') {
    // The server takes this socket with it: what is said before is the whole answer.
    socket.end(`${JSON.stringify(deps.stop())}\n{"end":true}\n`);
    return;
  }
  const lines =
    question.ask === 'versions' || question.ask === 'restore'
      ? versionLines(versions, question)
      : answerLines(log, question, gone.signal);
  for await (const line of lines) {
    if (gone.signal.aborted) return;
    // A client that does not read holds its own place in the log, and nothing else of the server.
    if (!socket.write(`${line}\n`))
      await once(socket, 'drain', { signal: gone.signal }).catch(endIfGone(gone));
  }
  socket.end('{"end":true}\n');
}

const endIfGone = (gone: AbortController) => (error: unknown) => {
  if (!gone.signal.aborted) throw error;
};

async function firstLine(socket: Socket): Promise<string> {
  for await (const line of createInterface({ input: socket })) return line;
  throw new Error('the connection ended without a question');
}
