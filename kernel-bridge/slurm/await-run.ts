import { isLater, type JobFolder, type JobRun } from './job-folder.ts';
import { isOnNode, type JobEnd, type JobReport } from './job-report.ts';
import type { JobWatch } from './job-watch.ts';
import { queueText } from './queue-words.ts';

/** Between two looks whether a job that has begun has written where it is reached, in milliseconds: nothing else tells. */
const LOOK = 250;
/** What a node's set-up may take before people are told that it takes long. */
const SILENCE = 30_000;

export type AwaitedRun =
  { readonly kind: 'begun'; readonly run: JobRun } | { readonly kind: 'over'; readonly end: JobEnd };

interface Awaited {
  readonly watch: JobWatch;
  readonly folder: JobFolder;
  readonly jobId: string;
  /** The one before; null for none. */
  readonly after: JobRun | null;
  /** Told why it waits, each text once, and null when it does no more. */
  readonly waiting: (text: string | null) => void;
  readonly signal: AbortSignal;
}

/**
 * Waits until a job begins a run, through the queue, however long that is; or is over.
 * @throws what the signal was aborted with
 */
export function awaitRun({ watch, folder, jobId, after, waiting, signal }: Awaited): Promise<AwaitedRun> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | null = null;
    let onNodeSince: number | null = null;
    let isDone = false;
    let told: string | null = null;
    const tell = (text: string | null): void => {
      if (text === told) return;
      told = text;
      waiting(text);
    };
    const done = (): void => {
      isDone = true;
      if (timer !== null) clearTimeout(timer);
      followed.close();
      signal.removeEventListener('abort', abort);
    };
    const abort = (): void => {
      done();
      reject(signal.reason as Error);
    };
    const finish = (outcome: AwaitedRun): void => {
      if (isDone) return;
      done();
      if (outcome.kind === 'begun') tell(null);
      resolve(outcome);
    };
    const look = async (over: JobEnd | null): Promise<void> => {
      const run = await folder.latestRun();
      if (run !== null && (after === null || isLater(run, after))) finish({ kind: 'begun', run });
      else if (over !== null) finish({ kind: 'over', end: over });
    };
    const lookAgain = (): void => {
      if (isDone) return;
      timer = setTimeout(() => {
        void look(null).then(lookAgain, failed);
      }, LOOK);
    };
    const failed = (error: Error): void => {
      if (isDone) return;
      done();
      reject(error);
    };
    const followed = watch.follow(jobId, {
      reported: (report) => {
        if (!isOnNode(report.state)) {
          onNodeSince = null;
          if (timer !== null) clearTimeout(timer);
          timer = null;
          tell(queueText(report));
          return;
        }
        onNodeSince ??= Date.now();
        if (timer === null) lookAgain();
        if (Date.now() - onNodeSince > SILENCE && told !== null) tell(silentText(report, folder));
        else if (told !== null) tell(`Slurm's job ${jobId} runs on ${report.nodes}, and starts its kernel.`);
      },
      // Its kernel may have begun, and ended, since the queue was looked at last.
      over: (end) => void look(end).catch(failed),
    });
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
}

function silentText({ jobId, nodes }: JobReport, folder: JobFolder): string {
  return `Slurm's job ${jobId} runs on ${nodes}, but has not started its kernel yet. If that goes on, look into ${folder.output}; the node must see that folder.`;
}
