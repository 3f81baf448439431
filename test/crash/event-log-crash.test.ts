import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LevelEventLog } from '../../event-log/level-event-log.ts';

const ROUNDS = 6;
const program = fileURLToPath(new URL('appending-process.ts', import.meta.url));
// event-log/ keeps to TypeScript that Node runs as it is (erasableSyntaxOnly); the first Node 22 wants to be asked.
const typescript = process.features.typescript === false ? ['--experimental-strip-types'] : [];

/** The highest sequence acknowledged in each stream by a process that was killed after so many acknowledgements. */
async function killedAfter(acknowledgements: number, directory: string): Promise<Map<string, number>> {
  const child = spawn(process.execPath, [...typescript, '--no-warnings', program, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const acknowledged = new Map<string, number>();
  let rest = '';
  let count = 0;
  let lockTried = false;
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [stream, sequence] = line.split(' ');
      if (stream === undefined) throw new Error(`What is ${line}?`);
      const previous = acknowledged.get(stream) ?? 0;
      expect(Number(sequence)).toBeGreaterThan(previous);
      acknowledged.set(stream, Number(sequence));
      count += 1;
    }
    if (!lockTried) {
      lockTried = true;
      await expect(LevelEventLog.open(directory), '[L1]').rejects.toMatchObject({ code: 'EVENT_LOG_LOCKED' });
    }
    if (count >= acknowledgements) child.kill('SIGKILL');
  }
  expect((await exited)[1]).toBe('SIGKILL');
  return acknowledged;
}

describe('a process killed while it appends', () => {
  let directory: string;
  beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'event-log-crash-'))));
  afterEach(() => rm(directory, { recursive: true }));

  it('[I1] [D1] [A2] [L1] leaves every acknowledged event, once and in order, and no half append', async () => {
    for (let round = 1; round <= ROUNDS; round++) {
      const acknowledged = await killedAfter(Math.ceil(Math.random() * 3000), directory);
      expect(acknowledged.size).toBeGreaterThan(0);
      const log = await LevelEventLog.open(directory);
      expect(log.repaired).toBe(false);
      for (const [stream, last] of acknowledged) {
        let position = 0;
        let part = '';
        for await (const event of log.read(stream)) {
          if (event.type !== 'kernel-message') throw new Error(`Nobody appended a ${event.type}`);
          position += 1;
          expect([event.sequence, event.data.messageId]).toEqual([position, String(position)]);
          part = event.data.messageType;
        }
        expect(position).toBeGreaterThanOrEqual(last);
        const [index, size] = part.split('/');
        expect(index).toBe(size);
      }
      await log.close();
    }
  });
});
