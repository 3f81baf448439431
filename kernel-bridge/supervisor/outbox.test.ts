import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { spokenMessage } from '../../test/doubles/spoken-message.ts';
import type { Entry } from './link/entry.ts';
import { decodeEntry, positionOf } from './link/entry-record.ts';
import { frameReader } from './link/frame.ts';
import { MessageBodyReader } from './link/message-body-reader.ts';
import { type EntrySink, Outbox } from './outbox.ts';
import { Spool } from './spool/spool.ts';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined };
const message = spokenMessage({ content: { text: 'x'.repeat(1000) } });

let folder: string;
let flushes: (() => void)[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  flushes = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

class Sink implements EntrySink {
  isSaturated = false;
  readonly entries: Entry[] = [];
  readonly batches: number[] = [];
  readonly #messages = new MessageBodyReader();

  send(records: Buffer): void {
    const before = this.entries.length;
    frameReader((_type, payload) =>
      this.entries.push({ position: positionOf(payload), ...decodeEntry(payload, this.#messages)! }),
    ).push(records);
    this.batches.push(this.entries.length - before);
  }

  get positions(): number[] {
    return this.entries.map(({ position }) => position);
  }
}

function open(windowBytes = 1_000_000): Outbox {
  const spool = new Spool({ folder, log, segmentBytes: 4000 });
  return new Outbox({ spool, log, windowBytes, schedule: (flush) => void flushes.push(flush) });
}

function say(outbox: Outbox, count: number): void {
  for (let index = 0; index < count; index++) outbox.append({ kind: 'message', message });
  for (const flush of flushes.splice(0)) flush();
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe('Outbox', () => {
  test('[O1] what is said in one turn is written, and then sent, at once', () => {
    const [outbox, sink] = [open(), new Sink()];
    outbox.attach(sink, 0, 0);
    for (let index = 0; index < 5; index++) outbox.append({ kind: 'message', message });
    expect(sink.positions).toEqual([]);
    say(outbox, 0);
    expect(sink.batches).toEqual([5]);
    say(outbox, 1);
    expect(sink.positions).toEqual(upTo(6));
    expect(new Spool({ folder, log }).last).toBe(6);
  });

  test('[O2] no more than the window is under way, and acknowledgements make room', () => {
    const [outbox, sink] = [open(3000), new Sink()];
    outbox.attach(sink, 0, 0);
    for (let turn = 0; turn < 10; turn++) say(outbox, 1);
    const first = sink.positions.length;
    expect(first).toBeLessThan(5);
    outbox.acknowledge(first);
    expect(sink.positions.length).toBeGreaterThan(first);
    while (outbox.unacknowledged > 0) outbox.acknowledge(sink.positions.at(-1)!);
    expect(sink.positions).toEqual(upTo(10));
  });

  test('[O2] while the connection takes nothing all waits on disk, and nothing goes before it', () => {
    const [outbox, sink] = [open(), new Sink()];
    outbox.attach(sink, 0, 0);
    say(outbox, 2);
    sink.isSaturated = true;
    say(outbox, 3);
    sink.isSaturated = false;
    say(outbox, 1);
    expect(sink.positions).toEqual(upTo(2));
    outbox.pump();
    expect(sink.positions).toEqual(upTo(6));
  });

  test('[O3] goes on behind what the next server has heard', () => {
    const outbox = open();
    outbox.attach(new Sink(), 0, 0);
    say(outbox, 4);
    outbox.detach();
    say(outbox, 4);
    const sink = new Sink();
    outbox.attach(sink, 3, 2);
    expect(sink.positions).toEqual([4, 5, 6, 7, 8]);
    expect(outbox.unacknowledged).toBe(6);
  });

  test('[B4] damage on disk is told in its place as a time for which nobody listened', () => {
    const outbox = open();
    for (let turn = 0; turn < 6; turn++) say(outbox, 2);
    const path = join(folder, readdirSync(folder).sort()[0]!);
    const bytes = readFileSync(path);
    bytes[bytes.byteLength - 1]! ^= 1;
    writeFileSync(path, bytes);
    const sink = new Sink();
    outbox.attach(sink, 0, 0);
    const damaged = sink.entries.filter(({ kind }) => kind === 'lifecycle');
    expect(damaged).toMatchObject([{ event: { kind: 'reattached' } }]);
    expect(sink.positions).toEqual(upTo(12));
  });
});
