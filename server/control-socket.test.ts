import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EventLogError } from '../event-log/event-log.ts';
import type { NewEvent } from '../event-log/event.ts';
import { MemoryBlobStore } from '../event-log/memory-blob-store.ts';
import { MemoryEventLog } from '../event-log/memory-event-log.ts';
import { askRunningServer } from './cli/control-client.ts';
import { CommandError } from './cli/command-error.ts';
import { listenOnControlSocket } from './control-socket.ts';
import { FileVersions } from './versions/file-versions.ts';

let folder: string;
let path: string;
let log: MemoryEventLog;
let versions: FileVersions;
let stops: number;
let listening: { close(): Promise<void> };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'itl-control-'));
  path = join(folder, 'control.sock');
  log = new MemoryEventLog();
  versions = new FileVersions({
    log,
    blobs: new MemoryBlobStore(),
    settle: () => Promise.resolve(),
    exists: () => Promise.resolve(true),
    save: () => Promise.resolve(),
  });
  stops = 0;
  listening = await listenOnControlSocket({
    path,
    log,
    versions,
    logger: pino({ level: 'silent' }),
    stop() {
      stops += 1;
      return { kernels: 2, terminals: 1 };
    },
  });
});
afterEach(async () => {
  await listening.close();
  await log.close();
  rmSync(folder, { recursive: true });
});

const renamed = (from: string): NewEvent => ({
  type: 'file-renamed',
  version: 1,
  data: { from, to: `${from}2` },
  actor: 'me',
  causedBy: null,
  frames: [],
});

async function collect(lines: AsyncIterable<string>): Promise<Record<string, unknown>[]> {
  const collected: Record<string, unknown>[] = [];
  for await (const line of lines) collected.push(JSON.parse(line) as Record<string, unknown>);
  return collected;
}

it('is open to its owner alone', () => {
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('names the streams with their last sequences', async () => {
  await log.append('files', [renamed('a'), renamed('b')]);
  expect(await collect(askRunningServer(path, { ask: 'streams' }))).toEqual([
    { stream: 'files', lastSequence: 2 },
  ]);
});

it('gives a stream and ends', async () => {
  await log.append('files', [renamed('a'), renamed('b')]);
  const lines = await collect(askRunningServer(path, { ask: 'events', stream: 'files', follow: false }));
  expect(lines.map((line) => line['sequence'])).toEqual([1, 2]);
});

it('goes on with what is appended later, when asked to follow', async () => {
  await log.append('files', [renamed('a')]);
  const sequences: number[] = [];
  for await (const line of askRunningServer(path, { ask: 'events', stream: 'files', follow: true })) {
    sequences.push((JSON.parse(line) as { sequence: number }).sequence);
    if (sequences.length === 3) break;
    await log.append('files', [renamed('b')]);
  }
  expect(sequences).toEqual([1, 2, 3]);
});

it('I5 lets go of a client that follows and does not read, without waiting for it', async () => {
  const big = 'x'.repeat(64 * 1024);
  await log.append(
    'files',
    Array.from({ length: 64 }, () => renamed(big)),
  );
  const client = connect(path);
  client.pause();
  client.write('{"ask":"events","stream":"files","follow":true}\n');
  // Another client is answered meanwhile.
  expect(await collect(askRunningServer(path, { ask: 'streams' }))).toHaveLength(1);
  client.destroy();
  await listening.close();
});

it('says why a question cannot be answered', async () => {
  await log.close();
  const asked = collect(askRunningServer(path, { ask: 'events', stream: 'files', follow: false }));
  await expect(asked).rejects.toThrow(CommandError);
});

it('reads on behind an event that cannot be read', async () => {
  const read = log.read.bind(log);
  await log.append('files', [renamed('a'), renamed('b'), renamed('c')]);
  log.read = async function* (stream, options) {
    for await (const event of read(stream, options)) {
      if (event.sequence === 2) {
        const position = { stream, sequence: 2 };
        throw new EventLogError('EVENT_LOG_DAMAGED', 'checksum', { position });
      }
      yield event;
    }
  };
  const lines = await collect(askRunningServer(path, { ask: 'events', stream: 'files', follow: false }));
  expect(lines.map((line) => [line['sequence'], line['unreadable']])).toEqual([
    [1, undefined],
    [2, 'checksum'],
    [3, undefined],
  ]);
});

it('explains that no server listens there', async () => {
  await listening.close();
  await expect(collect(askRunningServer(path, { ask: 'streams' }))).rejects.toThrow(/does not answer/);
});

it('says that a file has no versions', async () => {
  const asked = collect(askRunningServer(path, { ask: 'versions', path: 'a.txt' }));
  await expect(asked).rejects.toThrow('a.txt has no versions');
});

it('passes on that the server is to stop, and says what ends with it', async () => {
  expect(await collect(askRunningServer(path, { ask: 'stop' }))).toEqual([{ kernels: 2, terminals: 1 }]);
  expect(stops).toBe(1);
});
