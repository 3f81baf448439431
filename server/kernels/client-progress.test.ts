import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ClientProgresses } from './client-progress.ts';

const logger = pino({ level: 'silent' });
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'progress-'));
  path = join(folder, 'client-progress');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('how far clients are', () => {
  test('I4: is known to a server that opens the file after one that was killed', () => {
    const killed = ClientProgresses.open(path, logger);
    killed.slotOf('kernel', 'one').note({ received: 3, sent: 5 });
    killed.slotOf('kernel', 'two').note({ received: 0, sent: 0 });
    const next = ClientProgresses.open(path, logger);
    expect(next.slotOf('kernel', 'one').progress).toEqual({ received: 3, sent: 5 });
    expect(next.slotOf('kernel', 'two').progress).toEqual({ received: 0, sent: 0 });
    expect(next.slotOf('kernel', 'three').progress).toBeNull();
    expect(next.slotOf('other', 'one').progress).toBeNull();
    for (const each of [killed, next]) each.close();
  });

  test('is what was noted last, whoever else is noted', () => {
    const sequence = fc.nat(2 ** 40);
    const step = fc.record({ client: fc.nat(20), received: sequence, sent: sequence });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const progresses = ClientProgresses.inMemory(logger);
        const last = new Map<number, object>();
        for (const { client, ...progress } of steps) {
          progresses.slotOf('kernel', String(client)).note(progress);
          last.set(client, progress);
        }
        for (const [client, progress] of last)
          expect(progresses.slotOf('kernel', String(client)).progress).toEqual(progress);
      }),
      { numRuns: 20 },
    );
  });

  test('is forgotten of the client that was here the longest ago, and of no other', () => {
    const progresses = ClientProgresses.open(path, logger);
    for (let each = 0; each <= 4096; each++)
      progresses.slotOf('kernel', String(each)).note({ received: each, sent: each });
    expect(progresses.slotOf('kernel', '4096').progress).toEqual({ received: 4096, sent: 4096 });
    expect(progresses.slotOf('kernel', '1').progress).toEqual({ received: 1, sent: 1 });
    expect(progresses.slotOf('kernel', '0').progress).toBeNull();
    progresses.close();
  });

  test('a file of another size, or none that can be opened, is as good as a new one', () => {
    writeFileSync(path, 'something else');
    const progresses = ClientProgresses.open(path, logger);
    progresses.slotOf('kernel', 'one').note({ received: 1, sent: 1 });
    expect(ClientProgresses.open(path, logger).slotOf('kernel', 'one').progress).not.toBeNull();
    const nowhere = ClientProgresses.open(join(folder, 'none', 'file'), logger);
    nowhere.slotOf('kernel', 'one').note({ received: 1, sent: 1 });
    expect(nowhere.slotOf('kernel', 'one').progress).toEqual({ received: 1, sent: 1 });
  });
});
