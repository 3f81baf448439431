import type { ReadOnlyEditors } from '../history/read-only-editor.ts';
import type { GivenApproval, ModelSummary, SentContext } from './agents-client.ts';
import type { MarkdownDependencies } from './markdown-view.ts';
import type { TurnModel } from './turn-model.ts';

/** What the views of a turn need, and can have done. */
export interface TurnDependencies {
  readonly markdown: MarkdownDependencies;
  /** As the current notebook's language wants them. */
  readonly editors: () => ReadOnlyEditors;
  readonly notebooks: {
    numberOf(cellId: string): number | null;
    goTo(cellId: string): Promise<void>;
  };
  readonly hasNotebook: () => boolean;
  /** What somebody is called, by their user name. */
  readonly nameOf: (username: string) => string;
  readonly modelOf: (modelId: string) => ModelSummary | null;
  readonly imageUrl: (place: { readonly sequence: number; readonly frame: number }) => string;
  /** Shown to the person in a line, and read aloud. */
  readonly say: (text: string) => void;
  /** Only read aloud: what is on the page already. */
  readonly announce: (text: string) => void;
  /** @returns whether the server took it */
  readonly approve: (turnId: string, given: GivenApproval) => Promise<boolean>;
  readonly stop: (turnId: string, andRuns: boolean) => Promise<boolean>;
  readonly revert: (turnId: string) => Promise<boolean>;
  readonly context: (turnId: string) => Promise<SentContext>;
  /** Asks the same again. */
  readonly retry: (turn: TurnModel) => void;
  /** Puts the question back where questions are written. */
  readonly editAgain: (turn: TurnModel) => void;
}
