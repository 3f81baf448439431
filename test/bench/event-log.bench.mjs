/* global AbortController */
// The event log beside what it stands on, raw `level` batches of as many bytes, in one run and in turn:
// `node --expose-gc test/bench/event-log.bench.mjs` after a build. Groups of 1 kB events, each awaited as a whole.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Level } from 'level';
import { encodeRecord } from '../../dist/event-log/event-record.js';
import { LevelEventLog } from '../../dist/event-log/level-event-log.js';
import { median, percentile } from './statistics.mjs';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, events: { type: 'string', default: '40000' } },
});
const rounds = Number(options.rounds);
const events = Number(options.events);
const stream = 'kernel/0f4c3b1e-5a0b-4b1c-9a3f-9d1f0e5b7a11';

/** A stream message as ipykernel sends it, of 1 kB, compressible as hexadecimal text is. */
const message = {
  type: 'kernel-message',
  version: 1,
  data: {
    channel: 'iopub',
    messageId: '0f4c3b1e-5a0b-4b1c-9a3f-9d1f0e5b7a11_1_2',
    messageType: 'stream',
    parentSession: '0f4c3b1e5a0b4b1c9a3f9d1f0e5b7a11',
    parentType: 'execute_request',
  },
  actor: 'kernel:0f4c3b1e-5a0b-4b1c-9a3f-9d1f0e5b7a11',
  causedBy: '0f4c3b1e-5a0b-4b1c-9a3f-9d1f0e5b7a11_1_1',
  frames: [100, 100, 1, 50].map((bytes) => Buffer.from(randomBytes(bytes).toString('hex'))),
};
const record = encodeRecord(message, Date.now());

async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'event-log-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function timed(size, writeGroup) {
  const groups = Math.ceil(Math.min(events, size * 10_000) / size);
  const waits = [];
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let group = 0; group < groups; group++) {
    const before = performance.now();
    await writeGroup(group * size);
    waits.push(performance.now() - before);
  }
  const milliseconds = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const count = groups * size;
  return {
    'µs an event': (milliseconds * 1000) / count,
    'CPU µs an event': (user + system) / count,
    'ms a group, p50': median(waits),
    'ms a group, p99': percentile(waits, 0.99),
  };
}

const subjects = {
  raw: (size) =>
    inFolder(async (folder) => {
      const database = new Level(folder, { keyEncoding: 'buffer', valueEncoding: 'buffer' });
      await database.open();
      const result = await timed(size, (from) => {
        const operations = [];
        for (let index = from; index < from + size; index++) {
          const key = Buffer.alloc(55);
          key.write(stream, 1);
          key.writeUInt32BE(index, 51);
          operations.push({ type: 'put', key, value: record });
        }
        return database.batch(operations);
      });
      await database.close();
      return result;
    }),
  'one append each': (size) =>
    inFolder(async (folder) => {
      const log = await LevelEventLog.open(folder);
      const result = await timed(size, () => {
        const appends = [];
        for (let index = 0; index < size; index++) appends.push(log.append(stream, [message]));
        return Promise.all(appends);
      });
      await log.close();
      return result;
    }),
  'one append together': (size) => appendedTogether(size, 'process'),
  'the same, durability disk': (size) => appendedTogether(size, 'disk'),
};

function appendedTogether(size, durability) {
  return inFolder(async (folder) => {
    const log = await LevelEventLog.open(folder, durability);
    const result = await timed(size, () => log.append(stream, new Array(size).fill(message)));
    await log.close();
    return result;
  });
}

console.log(`record of ${record.length} bytes; medians of ${rounds} rounds\n`);
console.log(
  '| group | measure | raw | one append each | ÷ raw | one append together | ÷ raw | durability disk | ÷ process |',
);
console.log('|---|---|---|---|---|---|---|---|---|');
for (const size of [1, 10, 100, 1000]) {
  const results = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const order = Object.keys(subjects);
    if (round % 2) order.reverse();
    for (const name of order) results[name].push(await subjects[name](size));
  }
  for (const measure of Object.keys(results.raw[0])) {
    const [raw, each, together, disk] = Object.values(results).map((list) =>
      median(list.map((one) => one[measure])),
    );
    const cells = [raw, each, each / raw, together, together / raw, disk, disk / together].map((value) =>
      value.toFixed(2),
    );
    console.log(`| ${size} | ${measure} | ${cells.join(' | ')} |`);
  }
}

/** Events that arrive one by one, as from kernels, in eight streams; each follower takes them in turn. */
async function paced(perSecond, seconds, following) {
  await inFolder(async (folder) => {
    const log = await LevelEventLog.open(folder);
    const controller = new AbortController();
    let delivered = 0;
    const followers = Array.from({ length: following ? 8 : 0 }, async (_, index) => {
      const following = log
        .follow(`${stream}${index}`, { signal: controller.signal })
        [Symbol.asyncIterator]();
      while (!(await following.next()).done) delivered += 1;
    });
    const waits = [];
    const cpu = process.cpuUsage();
    const start = performance.now();
    let sent = 0;
    let acknowledged = 0;
    while (performance.now() - start < seconds * 1000) {
      const due = Math.floor(((performance.now() - start) / 1000) * perSecond);
      for (; sent < due; sent++) {
        const before = performance.now();
        void log.append(`${stream}${sent % 8}`, [message]).then(() => {
          waits.push(performance.now() - before);
          acknowledged += 1;
        });
      }
      await sleep(1);
    }
    const { user, system } = process.cpuUsage(cpu);
    const share = ((user + system) / 1000 / (performance.now() - start)) * 100;
    while (acknowledged < sent || (following && delivered < sent)) await sleep(10);
    controller.abort();
    await Promise.all(followers);
    await log.close();
    console.log(
      `${perSecond} events/s${following ? ', each followed' : ''}: CPU ${share.toFixed(0)} % of a core, ` +
        `acknowledged after p50 ${median(waits).toFixed(2)} ms, p99 ${percentile(waits, 0.99).toFixed(2)} ms`,
    );
  });
}
console.log();
for (const perSecond of [1000, 10_000, 30_000]) {
  await paced(perSecond, 5, false);
  await paced(perSecond, 5, true);
}

const megabytes = (bytes) => (bytes / 2 ** 20).toFixed(0);
function resident() {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

/** Events of 50 MB, one after the other, and whether what they took is given back. */
await inFolder(async (folder) => {
  const log = await LevelEventLog.open(folder);
  await log.append(stream, [message]);
  const before = resident();
  const size = 50 * 2 ** 20;
  const large = { ...message, frames: [randomBytes(size)] };
  const count = 10;
  let peak = 0;
  let start = performance.now();
  for (let index = 0; index < count; index++) {
    await log.append('large', [large]);
    peak = Math.max(peak, process.memoryUsage().rss);
  }
  const written = (count * size) / 2 ** 20 / ((performance.now() - start) / 1000);
  start = performance.now();
  let read = 0;
  for await (const { frames } of log.read('large')) {
    read += frames[0].byteLength;
    peak = Math.max(peak, process.memoryUsage().rss);
  }
  const reading = read / 2 ** 20 / ((performance.now() - start) / 1000);
  large.frames = [];
  await sleep(1000);
  resident();
  await sleep(1000);
  const after = resident();
  await log.close();
  console.log(
    `\n50 MB events: ${written.toFixed(0)} MB/s appended, ${reading.toFixed(0)} MB/s read; ` +
      `resident ${megabytes(before)} MB before, ${megabytes(peak)} MB at most, ${megabytes(after)} MB after`,
  );
});
