import type { HostedKernelState } from '../browser-runtime.ts';

/** Where a notebook's kernel runs, as this page knows it. */
export type Whereabouts =
  /** Of this page. @param canInterrupt a running cell */
  | {
      readonly kind: 'here';
      readonly kernelId: string;
      readonly state: HostedKernelState;
      readonly unshared: number;
      readonly canInterrupt: boolean;
    }
  /** Of another page; null: nothing is known of it yet. */
  | { readonly kind: 'elsewhere'; readonly host: HostingTab | null }
  /** It is over. @param wasHere whether this page ran it, which somebody then has shut down */
  | { readonly kind: 'over'; readonly wasHere: boolean };

export interface HostingTab {
  /** Which browser, on which system. */
  readonly title: string;
  /** Who has it open; null for this page's own person, empty where they have no name. */
  readonly person: string | null;
  readonly isThere: boolean;
}

export interface WhereText {
  /** Beside the kernel's name. */
  readonly short: string;
  /** Sentences: what it means, and what happens when that tab is closed. */
  readonly long: readonly string[];
  /** From 0 to 1 while it loads; null: nobody can tell; undefined: it does not load. */
  readonly progress?: number | null;
  /** What is said above the notebook of one that can only go on by being started again; null: it goes on. */
  readonly over: string | null;
}

const CLOSING = 'When that tab is closed or reloaded, outputs stay in the notebook and variables end.';
const HERE = 'When this tab is closed or reloaded, outputs stay in the notebook and variables end.';
const LEFT = 'Outputs stay, variables ended.';
const WATCH = 'Everybody who has this notebook open sees its outputs and can run cells on it.';
const NOT_INTERRUPTIBLE =
  'A running cell cannot be interrupted in this browser: it does not let a page share memory with what it runs. A restart stops it.';

export function whereText(where: Whereabouts): WhereText {
  switch (where.kind) {
    case 'here':
      return hereText(where);
    case 'elsewhere':
      return elsewhereText(where.host);
    case 'over':
      return {
        short: 'Ended: start again',
        long: [
          'The tab that ran this kernel was closed or reloaded, or its kernel ended.',
          'Outputs are all there. Variables are gone: start it again, and it runs in this tab.',
        ],
        over: where.wasHere
          ? `This kernel was shut down. ${LEFT}`
          : `The tab that ran this kernel was closed, or the kernel was shut down. ${LEFT}`,
      };
  }
}

function hereText({ state, unshared, canInterrupt }: Extract<Whereabouts, { kind: 'here' }>): WhereText {
  if (state.kind === 'loading')
    return {
      short: state.done === null ? state.text : `${state.text} ${Math.round(100 * state.done)}%`,
      long: ['Python is being loaded into this tab. Cells that are run meanwhile wait for it.', HERE],
      progress: state.done,
      over: null,
    };
  if (state.kind === 'ended')
    return {
      short: 'Ended: start again',
      long: [sentence(state.why), 'Outputs are all there. Variables are gone.'],
      over: `This kernel has ended. ${sentence(state.why)} ${LEFT}`,
    };
  const waiting =
    unshared === 0
      ? []
      : [
          'What it put out while the server was away is kept in this browser, and shared when the server is back.',
        ];
  return {
    short: unshared === 0 ? 'Runs in this tab' : 'Runs in this tab, not yet shared',
    long: [HERE, ...waiting, WATCH, ...(canInterrupt ? [] : [NOT_INTERRUPTIBLE])],
    over: null,
  };
}

function elsewhereText(host: HostingTab | null): WhereText {
  if (host === null) return { short: 'Runs in a tab', long: [CLOSING, WATCH], over: null };
  const whose = host.person === null ? 'another tab of yours' : `${possessive(host.person)} tab`;
  const named = `${whose} (${host.title})`;
  if (!host.isThere)
    return {
      short: `Waits for ${whose}`,
      long: [
        `It runs in ${named}, which is not connected to the server now.`,
        'It goes on there, and what it puts out comes when that tab is back. Or restart it: it then runs in this tab, without its variables.',
      ],
      over: null,
    };
  return { short: `Runs in ${named}`, long: [CLOSING, WATCH], over: null };
}

function possessive(name: string): string {
  if (name === '') return 'somebody’s';
  return name.endsWith('s') ? `${name}’` : `${name}’s`;
}

function sentence(text: string): string {
  const trimmed = text.trim();
  const begun = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
