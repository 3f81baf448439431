// A process to be killed: appends numbered events to its streams as fast as it can, and says on standard output what
// was acknowledged, a line each: stream, sequence. The number of each event is the sequence that it must get.
import { writeSync } from 'node:fs';
import { LevelEventLog } from '../../event-log/level-event-log.ts';
import type { NewEvent } from '../../event-log/event.ts';

const STREAMS = 3;
const AT_ONCE = 20;

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('Which directory?');
const log = await LevelEventLog.open(directory);

/** `index` of `size` in one append, so that a torn one would show. */
function event(number: number, index: number, size: number): NewEvent {
  return {
    type: 'kernel-message',
    version: 2,
    data: {
      position: null,
      channel: 'iopub',
      messageId: String(number),
      messageType: `${index}/${size}`,
      parentSession: null,
      parentType: null,
    },
    actor: 'server',
    causedBy: null,
    frames: [Buffer.alloc(number % 2000, 'x')],
  };
}

async function appendForEver(stream: string): Promise<void> {
  let number = await log.lastSequence(stream);
  for (;;) {
    const appends: Promise<void>[] = [];
    for (let append = 0; append < AT_ONCE; append++) {
      const size = 1 + (append % 3);
      const events: NewEvent[] = [];
      for (let index = 1; index <= size; index++) events.push(event(++number, index, size));
      appends.push(
        log.append(stream, events).then((sequence) => void writeSync(1, `${stream} ${sequence}\n`)),
      );
    }
    await Promise.all(appends);
  }
}

const streams = Array.from({ length: STREAMS }, (_, index) => `kernel/${index}`);
await Promise.all(streams.map(appendForEver));
