/** What a version has that the one before it has not, in numbers. */
export type ChangeSummary =
  | {
      readonly kind: 'notebook';
      /** Cells. */
      readonly added: number;
      readonly removed: number;
      readonly changed: number;
      readonly moved: number;
      /** Cells that put out something else than before. */
      readonly outputs: number;
    }
  | { readonly kind: 'text'; readonly addedLines: number; readonly removedLines: number };
