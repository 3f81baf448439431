import type { Elsewhere } from './elsewhere.ts';
import type { KernelAnswer, KernelQuestion } from './kernel-questions.ts';

/** A cell that is at turn, and that the server answers in its kernel's place. */
export interface CellToAnswer {
  readonly kernelId: string;
  /** Of the notebook whose session runs on the kernel. */
  readonly path: string | null;
  readonly cellId: string | null;
  /** Who ran it. */
  readonly actor: string;
  readonly code: string;
  /** Aborted when the cell is interrupted, or nobody waits for its answer any more. */
  readonly signal: AbortSignal;
  /** Shows a mime bundle, in the place of what was shown before. */
  readonly show: (data: Readonly<Record<string, unknown>>) => void;
  /** Asks the kernel, which has nothing else to do meanwhile. @throws KernelError; what the signal was aborted with */
  readonly ask: (question: KernelQuestion) => Promise<KernelAnswer>;
}

export type CellEnd =
  | { readonly status: 'ok' }
  | {
      readonly status: 'error';
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
      /** What went wrong is said in what was shown. */
      readonly isShown: boolean;
    };

/** Answers some cells in the place of their kernels. */
export interface CellAnswerer {
  /** Where cells go that ask for another kernel; without it their own kernel gets them. */
  readonly elsewhere?: Elsewhere;
  /** In the source of all cells that it answers: the others are not parsed for it. */
  readonly mark: string;
  answers(code: string): boolean;
  /** Must not throw but for what the signal was aborted with. */
  answer(cell: CellToAnswer): Promise<CellEnd>;
}
