import type { NewEvent } from '../../event-log/event.ts';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import type { LoggedText } from '../../server/runs/read-run-text.ts';
import { noteText, type RunTexts } from '../../server/runs/run-text.ts';

/** What the run `run` of the kernel `k` prints to a log, with the places of its text there. */
export class PrintedRun {
  readonly log = new MemoryEventLog();
  readonly texts: RunTexts = new Map();
  /** Of its standard output. */
  all = '';

  async say(text: string, run = 'run', name = 'stdout'): Promise<void> {
    const sequence = await this.log.append('kernel/k', [printed(run, name, text)]);
    if (run !== 'run') return;
    noteText(this.texts, name, text, sequence);
    if (name === 'stdout') this.all += text;
  }

  get logged(): LoggedText {
    const text = this.texts.get('stdout');
    if (text === undefined) throw new Error('it printed nothing');
    return { kernelId: 'k', runId: 'run', name: 'stdout', text };
  }
}

function printed(run: string, name: string, text: string): NewEvent {
  const data = {
    position: null,
    channel: 'iopub',
    messageId: 'id',
    messageType: 'stream',
    parentSession: null,
    parentType: 'execute_request',
  } as const;
  const frames = ['{}', '{}', '{}', JSON.stringify({ name, text })].map((frame) => Buffer.from(frame));
  return { type: 'kernel-message', version: 2, data, actor: 'kernel:k', causedBy: run, frames };
}
