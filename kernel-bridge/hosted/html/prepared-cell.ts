/**
 * A cell of HTML, CSS or JavaScript, taken apart so that a frame can run it: in the realm that keeps a notebook's state, and
 * again in each display of it. It is saved with a display, so it is plain JSON.
 */
export interface PreparedCell {
  /** Its execution count, which also names its scripts (`cell-3`) in tracebacks. */
  readonly run: number;
  /** Of the notebook's cell: what it showed before goes when it runs again. Null where nobody said. */
  readonly cellId: string | null;
  /** What is put under the cell's root. Its scripts are empty there, and numbered by `data-itl-script`. */
  readonly html: string;
  /** Run one after the other, each awaited. */
  readonly scripts: readonly PreparedScript[];
  /** `Math.random` starts with it, so that a display shows what the realm has computed. */
  readonly seed: number;
}

export type PreparedScript =
  | {
      readonly kind: 'code';
      /** What it declares for all cells after it: made known once, then assigned, so that a cell can run again. */
      readonly names: readonly string[];
      /** Its functions, as assignments on their own lines, which are there before it begins. Empty for none. */
      readonly functions: string;
      /** The body of a function that gives the value of the last expression. */
      readonly body: string;
      readonly isAsync: boolean;
      /** Of a cell of JavaScript: its value is a result. */
      readonly hasValue: boolean;
    }
  /** `<script src>`: only `data:` and `blob:` can be had, for a frame has no network. */
  | { readonly kind: 'source'; readonly url: string }
  /** It cannot run at all. */
  | { readonly kind: 'broken'; readonly message: string; readonly line: number };
