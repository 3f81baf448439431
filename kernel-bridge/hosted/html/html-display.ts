import type { PreparedCell } from './prepared-cell.ts';

/** What a cell of HTML showed, such that it can be shown again anywhere. */
export const HTML_DISPLAY_MIME = 'application/vnd.in-the-loop.html+json';

export interface HtmlDisplay {
  readonly version: 1;
  readonly cell: PreparedCell;
  /** What ran before it that it needs: run again first, unseen. */
  readonly before: readonly PreparedCell[];
  /** In the kernel's frame, in CSS pixels; what a display has until it says better. */
  readonly height: number;
}
