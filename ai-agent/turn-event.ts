import type { FinishReason, TokenUsage } from './chat-model.ts';
import type { ChatErrorCode } from './chat-error.ts';
import type { AssistantMessage, UserMessage } from './message.ts';
import type { AccountEntry } from './notebook-prompt/notebook-prompt.ts';
import type { ToolEnded, ToolPreview } from './tool.ts';

/** How long an approval counts: for this call, or for what is like it in this turn, in this notebook, or from now on. */
export type ApprovalScope = 'call' | 'turn' | 'notebook' | 'always';

export type TurnOutcome =
  | { readonly type: 'done' }
  | { readonly type: 'stopped'; readonly by: string }
  | { readonly type: 'failed'; readonly code: ChatErrorCode | 'internal'; readonly message: string }
  /** It asked for tools as often as a turn may. */
  | { readonly type: 'step-limit'; readonly steps: number };

/**
 * What happens in a turn, each recorded before anybody hears of it (I1). All of a turn follows from them: whoever has the events can
 * go on with it.
 */
export type TurnEvent =
  | {
      readonly type: 'turn-started';
      readonly turnId: string;
      readonly modelId: string;
      /** What the person wrote. */
      readonly question: UserMessage;
      /** What the model is told of the notebook beside it, exactly as it is sent. */
      readonly context: UserMessage | null;
      /** What of the notebook was put in and what was left out. */
      readonly account?: readonly AccountEntry[] | undefined;
      /** Whose cells' sources it was told whole: by id, a hash of each. */
      readonly seen?: Readonly<Record<string, string>> | undefined;
    }
  /** What was streamed of this step before is void: the model is asked (again). */
  | { readonly type: 'model-asked'; readonly turnId: string; readonly step: number }
  | {
      readonly type: 'text-streamed';
      readonly turnId: string;
      readonly step: number;
      readonly kind: 'text' | 'reasoning';
      readonly text: string;
    }
  | {
      readonly type: 'model-answered';
      readonly turnId: string;
      readonly step: number;
      readonly message: AssistantMessage;
      readonly finish: FinishReason;
      readonly usage: TokenUsage | null;
    }
  /** It is asked again in `delay` milliseconds. */
  | {
      readonly type: 'model-failed';
      readonly turnId: string;
      readonly step: number;
      readonly code: ChatErrorCode;
      readonly message: string;
      readonly delay: number;
    }
  | {
      readonly type: 'approval-requested';
      readonly turnId: string;
      readonly callId: string;
      readonly preview: ToolPreview | null;
    }
  | {
      readonly type: 'approval-given';
      readonly turnId: string;
      readonly callId: string;
      readonly isApproved: boolean;
      readonly by: string;
      readonly scope: ApprovalScope;
      /** What the person has to say to the model, for instance why not. */
      readonly remark: string | null;
    }
  | {
      readonly type: 'tool-started';
      readonly turnId: string;
      readonly callId: string;
      /** A person said yes to this very call, or the policy and what was granted under it let it pass. */
      readonly allowedBy: 'approval' | 'policy';
    }
  | ToolEnded
  | { readonly type: 'turn-ended'; readonly turnId: string; readonly outcome: TurnOutcome };
