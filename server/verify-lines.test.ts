import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventKey, eventKeyPrefix } from '../event-log/event-key.ts';
import type { NewEvent } from '../event-log/event.ts';
import { LevelEventLog } from '../event-log/level-event-log.ts';
import { verifyFindings } from './cli/doctor/verify-findings.ts';
import { answerLines } from './stream-lines.ts';

let folder: string;
let log: LevelEventLog;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verify-'));
  log = await LevelEventLog.open(folder);
});
afterEach(async () => {
  await log.close();
  await rm(folder, { recursive: true });
});

/** Bytes that LevelDB cannot compress, and so finds nobody to disturb when they change. */
const payloads = Array.from({ length: 5 }, () => randomBytes(2000));
const event = (payload: Buffer): NewEvent => ({
  type: 'file-deleted',
  version: 1,
  data: { path: 'a' },
  actor: 'me',
  causedBy: null,
  frames: [payload],
});

/** Opening makes a table of what was written; another opening then reads it from the file. */
async function reopen(meanwhile: () => Promise<void>): Promise<void> {
  await log.close();
  await (await LevelEventLog.open(folder)).close();
  await meanwhile();
  log = await LevelEventLog.open(folder);
}

async function flipByteIn(payload: Buffer): Promise<void> {
  for (const name of await readdir(folder)) {
    const bytes = await readFile(join(folder, name));
    const at = bytes.indexOf(payload.subarray(500, 1500));
    if (at < 0) continue;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    await writeFile(join(folder, name), bytes);
    return;
  }
  throw new Error('the payload is in no file');
}

const told: number[] = [];
const verify = () =>
  verifyFindings(answerLines(log, { ask: 'verify' }, new AbortController().signal), (events) =>
    told.push(events),
  );

describe('verifying the log', () => {
  it('finds nothing in a log that is well, and tells how far it is', async () => {
    await log.append('a', new Array<NewEvent>(12_000).fill(event(Buffer.of(1))));
    await log.append('b', [event(Buffer.of(1))]);
    told.length = 0;
    const findings = await verify();
    expect(findings.map(({ state }) => state)).toEqual(['well']);
    expect(findings[0]?.what).toContain('12001 events in 2 streams');
    expect(told).toEqual([10_000, 12_000, 12_001]);
  });

  it('X1 names each event whose bytes were flipped in the file, and reads on behind it', async () => {
    await log.append('a', payloads.map(event));
    await log.append('b', [event(Buffer.of(1))]);
    await reopen(async () => {
      await flipByteIn(payloads[1]!);
      await flipByteIn(payloads[3]!);
    });
    const findings = await verify();
    expect(findings.map(({ state }) => state)).toEqual(['broken', 'broken', 'well']);
    expect(findings[0]?.what).toContain('Event 2 of stream a cannot be read: it does not match its checksum');
    expect(findings[1]?.what).toContain('Event 4 of stream a');
    expect(findings[2]?.what).toContain('4 events in 2 streams');
  });

  it('X1 names events that are missing, and goes on with the next stream', async () => {
    await log.append('a', payloads.map(event));
    await log.append('b', [event(Buffer.of(1))]);
    await reopen(async () => {
      const database = new Level<Buffer, Buffer>(folder, { keyEncoding: 'buffer', valueEncoding: 'buffer' });
      for (const sequence of [1, 3, 4]) await database.del(eventKey(eventKeyPrefix('a'), sequence));
      await database.close();
    });
    const findings = await verify();
    expect(findings.map(({ what }) => what)).toEqual([
      'Event 1 is missing from stream a.',
      'Events 3 to 4 are missing from stream a.',
      expect.stringContaining('3 events in 2 streams'),
    ]);
  });

  it('shows what a newer version wrote as unusual only, and an answer that breaks off as broken', async () => {
    const lines = async function* () {
      const missing = { stream: 'a', sequence: 9, code: 'EVENT_LOG_DAMAGED' };
      yield JSON.stringify({ ...missing, unreadable: 'Events 7 to 9 are missing from stream a.' });
      const newer = { stream: 'a', sequence: 11, code: 'EVENT_LOG_UNKNOWN_EVENT' };
      yield JSON.stringify({ ...newer, unreadable: 'a newer one wrote it' });
      await Promise.reject(new Error('the server ended'));
    };
    const findings = await verifyFindings(lines(), () => undefined);
    expect(findings.map(({ state }) => state)).toEqual(['broken', 'unusual', 'broken', 'well']);
    expect(findings[0]?.what).toContain('Events 7 to 9');
    expect(findings[2]?.remedy).toContain('the server ended');
  });
});
