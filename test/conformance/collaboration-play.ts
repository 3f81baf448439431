import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, test } from 'vitest';
import { Doc } from 'yjs';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { RoomClient } from '../servers/room-client.ts';
import { codeCell, notebookOf, readNotebookFile, sourceOf } from '../servers/stock-page.ts';
import { ourCollaboration, stockCollaboration } from './both-servers.ts';
import type { Deviation } from './deviation.ts';
import { expectSame } from './expect-same.ts';
import { startServerPair } from './server-pair.ts';

export const NOTEBOOK = { format: 'json', type: 'notebook' };
export const TEXT = { format: 'text', type: 'file' };

/** What somebody sees of a server, without what differs between any two runs. */
export type Play = (server: JupyterServerProcess) => Promise<Readonly<Record<string, unknown>>>;

const PATIENCE = 25_000;
const clients: RoomClient[] = [];

/**
 * Starts jupyter-collaboration's server, and ours in its place, for the file that calls it.
 * @returns what makes a test: both show the same, but where ours deviates
 */
export function playOnBoth(): (title: string, play: Play, deviation?: Deviation) => void {
  const pair = startServerPair(undefined, {}, { stock: stockCollaboration, ours: ourCollaboration });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
  });
  return (title, play, deviation) =>
    test(title, async () => {
      const [stock, ours] = await Promise.all([end(play, pair.stock), end(play, pair.ours)]);
      expectSame(stock, ours, deviation);
    });
}

/** Says which of both it is that waits for ever. */
async function end(play: Play, server: JupyterServerProcess): ReturnType<Play> {
  const patience = new AbortController();
  const tooLong = sleep(PATIENCE, undefined, { signal: patience.signal }).then(
    () =>
      Promise.reject(
        new Error(`${server.name} does not do what is waited for:\n${server.output().slice(-3_000)}`),
      ),
    () => ({}),
  );
  try {
    return await Promise.race([play(server), tooLong]);
  } finally {
    patience.abort();
  }
}

export interface Room {
  readonly roomId: string;
  readonly sessionId: string;
}

export async function session(
  server: JupyterServerProcess,
  path: string,
  kind: object = NOTEBOOK,
): Promise<Room> {
  const url = `/api/collaboration/session/${encodeURIComponent(path)}`;
  const answer = await sendOk(server, { method: 'PUT', path: url, body: kind });
  const { format, type, fileId, sessionId } = answer.json<Record<string, string>>();
  return { roomId: `${format}:${type}:${fileId}`, sessionId: sessionId ?? '' };
}

export function enter(
  server: JupyterServerProcess,
  { roomId, sessionId }: Room,
  { doc = new Doc(), token = server.token }: { readonly doc?: Doc; readonly token?: string } = {},
): RoomClient {
  const url = `${server.origin.replace('http', 'ws')}/api/collaboration/room/${roomId}?sessionId=${sessionId}`;
  const client = new RoomClient(url, doc, token === '' ? {} : { authorization: `token ${token}` });
  clients.push(client);
  return client;
}

export async function open(
  server: JupyterServerProcess,
  path: string,
  kind: object = NOTEBOOK,
  doc = new Doc(),
): Promise<RoomClient> {
  const client = enter(server, await session(server, path, kind), { doc });
  await client.synced;
  return client;
}

/** A notebook of code cells. */
export function write(server: JupyterServerProcess, path: string, ...sources: string[]): void {
  const cells = sources.map((source, place) => codeCell(`cell-${place}`, source));
  writeFileSync(join(server.folders.root, path), JSON.stringify(notebookOf(...cells), null, 1) + '\n');
}

export function onDisk(server: JupyterServerProcess, path: string): string[] {
  return readNotebookFile(server, path).cells.map(sourceOf);
}
