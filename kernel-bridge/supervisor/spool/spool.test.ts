import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { spokenMessage } from '../../../test/doubles/spoken-message.ts';
import { decodeEntry, encodeEntries, positionOf, sizeEntry } from '../link/entry-record.ts';
import { frameReader } from '../link/frame.ts';
import { MessageBodyReader } from '../link/message-body-reader.ts';
import { Spool, type SpoolBlock, type SpoolOptions } from './spool.ts';

let folder: string;
let logged: string[];
let blocks: (SpoolBlock | null)[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spool-'));
  logged = [];
  blocks = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(more: Partial<SpoolOptions> = {}): Spool {
  const note = (_fields: object, message: string) => void logged.push(message);
  const log = { debug: note, info: note, warn: note };
  return new Spool({ folder, log, segmentBytes: 500, onBlocked: (reason) => blocks.push(reason), ...more });
}

/** Appends one batch that says so many numbered things. */
function say(spool: Spool, count: number, padding = ''): void {
  const first = spool.last + 1;
  const sized = Array.from({ length: count }, (_, index) =>
    sizeEntry({
      kind: 'message',
      message: spokenMessage({ content: { text: `${first + index}${padding}` } }),
    }),
  );
  spool.append(encodeEntries(sized, first), first + count - 1);
}

/** Reads to the end: what was said by position, and for damage what it reaches to. */
function readAll(spool: Spool, after = 0, maximum = 300): (string | { damage: number })[] {
  const found: (string | { damage: number })[] = [];
  for (let at = after; ;) {
    const read = spool.read(at, maximum);
    if (read === null) return found;
    expect(read.last).toBeGreaterThan(at);
    if (read.kind === 'damage') found.push({ damage: read.last });
    else
      frameReader((_type, payload) => {
        const entry = decodeEntry(payload, new MessageBodyReader());
        if (entry?.kind !== 'message') throw new Error('no message');
        const { text } = JSON.parse(Buffer.from(entry.message.frames[3]!).toString()) as { text: string };
        expect(text).toMatch(new RegExp(`^${positionOf(payload)}\\D*$`));
        found.push(text.replace(/\D+/, ''));
      }).push(read.bytes);
    at = read.last;
  }
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
const segments = () => readdirSync(folder).sort();

describe('Spool', () => {
  test('[B1] [B3] gives back what follows any position, also after it was opened again, and only what is not acknowledged', () => {
    const operation = fc.oneof(
      fc.record({ say: fc.integer({ min: 1, max: 6 }), padding: fc.constantFrom(0, 300, 900) }),
      fc.record({ acknowledge: fc.nat({ max: 60 }) }),
      fc.constant({ reopen: true }),
    );
    fc.assert(
      fc.property(
        fc.array(operation, { maxLength: 20 }),
        fc.integer({ min: 1, max: 2000 }),
        (operations, maximum) => {
          rmSync(folder, { recursive: true });
          let spool = open();
          let [last, acknowledged] = [0, 0];
          for (const operation of operations) {
            if ('say' in operation) {
              say(spool, operation.say, 'x'.repeat(operation.padding));
              last += operation.say;
            } else if ('acknowledge' in operation) {
              acknowledged = Math.max(acknowledged, Math.min(last, operation.acknowledge));
              spool.acknowledge(acknowledged);
            } else {
              spool.close();
              spool = open();
            }
            expect(spool.last).toBe(last);
            expect(readAll(spool, acknowledged, maximum)).toEqual(numbers(acknowledged + 1, last));
          }
          spool.close();
        },
      ),
      { numRuns: 60 },
    );
    expect(logged).toEqual([]);
  });

  test('[B3] deletes files that are acknowledged whole, and knows its position without them', () => {
    const spool = open();
    for (let batch = 0; batch < 10; batch++) say(spool, 5);
    const before = segments().length;
    spool.acknowledge(25);
    expect(segments().length).toBeLessThan(before);
    spool.acknowledge(50);
    expect(segments()).toHaveLength(1);
    spool.close();
    expect(open().last).toBe(50);
  });

  test('[B4] what a dying process left at the end is cut off, and what follows is written behind it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.boolean(), (cut, isGarbage) => {
        rmSync(folder, { recursive: true });
        const spool = open({ segmentBytes: 100_000 });
        say(spool, 10);
        spool.close();
        const path = join(folder, segments()[0]!);
        const bytes = readFileSync(path);
        if (isGarbage) writeFileSync(path, Buffer.concat([bytes, Buffer.alloc(cut, 7)]));
        else truncateSync(path, Math.max(0, bytes.byteLength - cut));
        const again = open({ segmentBytes: 100_000 });
        const { last } = again;
        expect(last).toBeLessThanOrEqual(10);
        if (isGarbage) expect(last).toBe(10);
        say(again, 3);
        expect(readAll(again)).toEqual(numbers(1, last + 3));
        again.close();
      }),
      { numRuns: 40 },
    );
  });

  test('[B4] damage in the middle is passed over and told, and nothing else is lost', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), fc.boolean(), (place, change, isReopened) => {
        rmSync(folder, { recursive: true });
        let spool = open();
        for (let batch = 0; batch < 6; batch++) say(spool, 4);
        // Not in the last file, whose end may have been damaged by a dying process.
        const names = segments().slice(0, -1);
        const path = join(folder, names[place % names.length]!);
        const bytes = readFileSync(path);
        const at = place % bytes.byteLength;
        bytes[at] = (bytes[at] ?? 0) ^ change;
        writeFileSync(path, bytes);
        if (isReopened) {
          spool.close();
          spool = open();
        }
        const found = readAll(spool);
        const [damage, ...more] = found.filter((one) => typeof one !== 'string');
        expect(more).toEqual([]);
        const lost = (damage as { damage: number }).damage;
        expect(found).toEqual([...numbers(1, lost - 1), damage, ...numbers(lost + 1, 24)]);
        spool.close();
      }),
      { numRuns: 60 },
    );
  });

  test('[B4] a file that is gone is told as damage', () => {
    const spool = open();
    for (let batch = 0; batch < 6; batch++) say(spool, 4);
    spool.close();
    rmSync(join(folder, segments()[1]!));
    const again = open();
    expect(readAll(again)).toEqual([...numbers(1, 4), { damage: 8 }, ...numbers(9, 24)]);
  });

  test('[B5] what the disk does not take is kept and told, and written as soon as it does', () => {
    const spool = open({ segmentBytes: 1 });
    say(spool, 2);
    const elsewhere = join(folder, 'not-a-folder');
    writeFileSync(elsewhere, '');
    const blocked = open({ folder: join(folder, 'refusing'), segmentBytes: 1 });
    rmSync(join(folder, 'refusing'), { recursive: true });
    say(blocked, 3);
    say(blocked, 2);
    expect(blocks).toEqual(['disk-full']);
    expect(blocked.blocked).toBe('disk-full');
    expect(readAll(blocked)).toEqual(numbers(1, 5));
    expect(readAll(blocked, 2)).toEqual(numbers(3, 5));
    blocked.acknowledge(3);
    blocked.retry();
    expect(blocks).toEqual(['disk-full']);
    open({ folder: join(folder, 'refusing') }).close();
    blocked.retry();
    expect(blocks).toEqual(['disk-full', null]);
    say(blocked, 1);
    expect(readAll(blocked, 3)).toEqual(numbers(4, 6));
    blocked.close();
    expect(open({ folder: join(folder, 'refusing') }).last).toBe(6);
    expect(logged).toEqual(['the spool of a kernel cannot be written']);
  });

  test('[B6] says when too much waits, and goes on when half of it is acknowledged', () => {
    const spool = open({ limitBytes: 3000 });
    while (blocks.length === 0) say(spool, 1);
    expect(blocks).toEqual(['too-much-unread']);
    const { last } = spool;
    spool.acknowledge(2);
    expect(blocks).toEqual(['too-much-unread']);
    spool.acknowledge(last - 1);
    expect(blocks).toEqual(['too-much-unread', null]);
  });

  test('[B2] a position that the server knows and the spool does not is gone on from', () => {
    const spool = open();
    say(spool, 3);
    spool.acknowledge(10);
    expect(spool.last).toBe(10);
    expect(spool.read(10, 100)).toBeNull();
    say(spool, 2);
    expect(readAll(spool, 10)).toEqual(numbers(11, 12));
    spool.close();
    expect(open().last).toBe(12);
  });
});
