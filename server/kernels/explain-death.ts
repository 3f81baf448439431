import type { KernelExit } from '../../kernel-bridge/kernel.ts';

/** Why a kernel's process ended, in words. */
export interface Death {
  /** One line. */
  readonly reason: string;
  /** All there is to say, line by line, the reason first. */
  readonly lines: readonly string[];
}

/** In a cell; the log has all that was kept. */
const SHOWN_LINES = 20;

/** What signals tell that end a process of their own accord (signal(7)). */
const CRASHES: Readonly<Record<string, string>> = {
  SIGSEGV: 'it used memory that is not its own',
  SIGBUS: 'it used memory that is not there',
  SIGABRT: 'it gave itself up, as programs do that find themselves broken',
  SIGFPE: 'an arithmetic error that it does not handle',
  SIGILL: 'an instruction that this processor does not have',
};

/** @param limit in words, if it was ended because it reached one */
export function explainDeath(exit: KernelExit, limit: string | null = null): Death {
  const { cause, remedy } = causeOf(exit);
  const reason = limit ?? `The kernel died: ${cause}.`;
  const isOver = exit.limit === 'wall-time' || exit.limit === 'idle-time';
  const stderr = exit.stderrTail.trimEnd();
  const lines = [
    reason,
    // Of its limit of memory a better measure was told.
    ...(exit.memoryHighWater === null || exit.limit === 'memory'
      ? []
      : [`It held up to ${inMegabytes(exit.memoryHighWater)} of memory when it was last looked at.`]),
    ...(limit === null ? [remedy] : []),
    exit.isNotRestarted === true
      ? 'Its variables are gone, its outputs stay. It is not started again by itself: choose Restart, or start another kernel, and run the cells again.'
      : isOver
        ? 'Its variables are gone.'
        : 'Its variables are gone. It is started again by itself, unless it has died several times in a row.',
    ...(stderr === '' ? [] : ['', 'The last lines that it wrote:']),
    ...(stderr === '' ? [] : stderr.split('\n').slice(-SHOWN_LINES)),
  ];
  return { reason, lines };
}

/** Of executions whose end nobody heard. */
export const repliesMissed: Death = nobodySaw(
  'This cell has ended, but its end was not heard.',
  'What the kernel said then was lost on its way. The kernel and its variables are there; run the cell again to see all of its output.',
);

/** Of a kernel that was gone when its server came back. */
export const lostKernel: Death = nobodySaw(
  'The kernel is gone: it ended while no server was there to see it.',
  'The machine was started anew, or somebody ended all processes of this user. Its variables are gone; start another kernel and run the cells again.',
);

/** Of a kernel that somebody wanted ended and that could not be reached. */
export const letGoKernel: Death = nobodySaw(
  'The kernel was let go of: its place could not be reached when somebody ended it.',
  'It may still run there until that place ends it; what it says from now on is not recorded.',
);

/** Of what a kernel had not done when its notebook got another one. @param displayName of the other */
export function movedAway(displayName: string): Death {
  return nobodySaw(
    `The notebook was moved to another kernel (${displayName}) before this cell ended.`,
    'The variables stayed behind with the kernel before; run the cells again that make them, and then this one.',
  );
}

function nobodySaw(reason: string, more: string): Death {
  return { reason, lines: [reason, more] };
}

function causeOf({ exitCode, signal, outOfMemory, limit, explanation }: KernelExit): {
  cause: string;
  remedy: string;
} {
  if (explanation !== undefined)
    return { cause: explanation.replace(/\.$/, ''), remedy: 'The place that ran the kernel says so.' };
  if (limit !== null)
    return {
      cause: `it reached a limit that was set for it (${limit})`,
      remedy: 'Let it do or hold less at once, or ask for a higher limit.',
    };
  if (outOfMemory !== null) {
    const source =
      outOfMemory === 'counted'
        ? 'the system counted an out-of-memory kill'
        : 'it held nearly all the memory there is';
    return {
      cause: `out of memory (SIGKILL; ${source})`,
      remedy: 'Load less data at once, free what is no longer needed, or give the machine more memory.',
    };
  }
  if (signal === 'SIGKILL' || signal === 'SIGTERM' || signal === 'SIGHUP')
    return {
      cause: `it was ended from outside (${signal})`,
      remedy: 'Somebody, or a limit of the system on memory or time, ended it: the system log may say more.',
    };
  if (signal !== null)
    return {
      cause: `${CRASHES[signal] ?? 'it was ended by a signal'} (${signal})`,
      remedy:
        'A compiled library that the cell uses is the likely cause: try another version of it. In Python, faulthandler.enable() in the first cell makes the next crash say where it was.',
    };
  if (exitCode !== null)
    return {
      cause: `it ended by itself with exit code ${exitCode}`,
      remedy: 'The code that ran may have ended it, as os._exit() does; what it wrote last may say more.',
    };
  return {
    cause: 'the system does not tell why',
    remedy: 'What it wrote last, or the system log, may say more.',
  };
}

function inMegabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6).toLocaleString('en')} MB`;
}
