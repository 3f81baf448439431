import type { EventLog } from '../event-log/event-log.ts';
import type { CommittedEvents } from './kernels/committed-events.ts';
import type { Kernels } from './kernels/kernels.ts';
import type { Logger } from './logger.ts';
import { Retention } from './retention/retention.ts';
import type { RunLedger } from './runs/run-ledger.ts';
import { isReleased, linkedTexts, neededFrom } from './runs/run-retention.ts';
import type { RunTextStore } from './runs/run-text-store.ts';

/** Old events of kernels go, once nobody needs them: neither a page, nor a notebook whose file lacks outputs. */
export function composeRetention(deps: {
  readonly log: EventLog;
  readonly logger: Logger;
  readonly kernels: Kernels;
  /** The first sequence of a kernel's stream that a notebook's own kernel has not said again; Infinity for none. */
  readonly relayedFrom: (kernelId: string) => number;
  readonly ledger: RunLedger;
  readonly texts: RunTextStore;
  readonly mostBytes: number;
  /** In milliseconds. */
  readonly mostAge: number;
  readonly removeOld: (before: number) => Promise<void>;
}): Retention {
  const { log, logger, kernels, relayedFrom, ledger, texts, mostBytes, mostAge, removeOld } = deps;
  async function isOld(kernelId: string): Promise<boolean> {
    const stream = `kernel/${kernelId}`;
    const last = await log.lastSequence(stream);
    for await (const { time } of log.read(stream, { after: last - 1 })) return time < Date.now() - mostAge;
    return true;
  }
  return new Retention({
    log,
    logger,
    mostBytes,
    mostAge,
    removeOld,
    keeper: {
      async neededFrom(kernelId) {
        const runs = await ledger.runsOfKernel(kernelId);
        if (runs === null) return 1;
        const needed = Math.min(neededFrom(runs), relayedFrom(kernelId));
        if (kernels.has(kernelId)) return Math.min(needed, kernels.get(kernelId).stream.neededFrom);
        // One that is not over is another server's, or ended unseen: its events go when the last of them is old.
        return runs.isEnded || (await isOld(kernelId)) ? needed : 1;
      },
      async beforeTrim(kernelId, through) {
        const runs = await ledger.runsOfKernel(kernelId);
        for (const text of runs === null ? [] : linkedTexts(runs, through)) await texts.keep(text);
      },
      async emptied(kernelId) {
        const runs = kernels.has(kernelId) ? null : await ledger.runsOfKernel(kernelId);
        if (runs !== null && isReleased(runs)) await ledger.forget(kernelId);
      },
    },
  });
}

export function bytesOf({ events }: CommittedEvents): number {
  let bytes = 0;
  for (const { frames } of events) for (const { byteLength } of frames) bytes += byteLength;
  return bytes;
}
