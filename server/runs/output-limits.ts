/** What the folded state keeps of what a cell says; the rest is in the log, and said to be left out (SPEC.md, L1-L6). */
export interface OutputLimits {
  /** Of one stream output: UTF-16 code units of its beginning, and of its end. */
  readonly headText: number;
  readonly tailText: number;
  /** Of one cell or widget: its first outputs, and its last. */
  readonly headOutputs: number;
  readonly tailOutputs: number;
  /** What the first outputs may hold together, and the last: UTF-16 code units of their text and data. */
  readonly headSize: number;
  readonly tailSize: number;
}

const MEBI = 1024 * 1024;

/**
 * 2 Mi of text are some 20,000 lines: more than anybody scrolls through, and little enough that a notebook with a hundred
 * such cells can still be opened, saved and sent. (JupyterLab sends all outputs with each save, and lays all of a text out.)
 */
export const OUTPUT_LIMITS: OutputLimits = {
  headText: MEBI,
  tailText: MEBI,
  headOutputs: 1000,
  tailOutputs: 1000,
  headSize: 32 * MEBI,
  tailSize: 32 * MEBI,
};
