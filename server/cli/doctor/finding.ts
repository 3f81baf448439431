/** One thing that the doctor looked at. */
export interface Finding {
  /** `unusual` is shown, but nothing is broken. */
  readonly state: 'well' | 'unusual' | 'broken';
  readonly what: string;
  /** What to do about it; null for what is well. */
  readonly remedy: string | null;
}

export const well = (what: string): Finding => ({ state: 'well', what, remedy: null });
export const unusual = (what: string, remedy: string): Finding => ({ state: 'unusual', what, remedy });
export const broken = (what: string, remedy: string): Finding => ({ state: 'broken', what, remedy });

const SIGNS = { well: '✓', unusual: '!', broken: '✗' } as const;

export function findingText({ state, what, remedy }: Finding): string {
  return `  ${SIGNS[state]} ${what}${remedy === null ? '' : `\n      ${remedy}`}\n`;
}
