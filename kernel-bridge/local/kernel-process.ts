import type { KernelExit } from '../kernel.ts';

/** One process of a kernel, leader of its own session and process group, so that its children get its signals. */
export interface KernelProcess {
  readonly pid: number;
  /** Told apart from others that had, or will have, the same number. */
  readonly identity: string;
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
  /** Resolves, never rejects, as soon as the process is gone. */
  readonly gone: Promise<void>;
  /** The same a moment later, when it is known what it wrote last. */
  readonly exit: Promise<KernelExit>;
  /** Something says that it may be ending. */
  suspect(): void;
  /** It gave a sign of life: a moment to see how much memory it holds. */
  noticed(): void;
  /** To the whole group, or to the process alone if the group refuses; nothing if it is gone. */
  signal(signal: NodeJS.Signals): void;
  /** Kills what the kernel started and left behind when it died, as Jupyter does before it starts another. */
  killLeftovers(): void;
  /** Whether the process is gone within that many milliseconds. */
  goneWithin(milliseconds: number): Promise<boolean>;
  /** Watches it no more. It lives on, and `gone` may never resolve. */
  release(): void;
}

export async function within(event: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([event, new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)))]);
  clearTimeout(timer);
}
