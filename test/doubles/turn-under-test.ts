import { emptyPolicy } from '../../ai-agent/approval.ts';
import type { PolicyInForce } from '../../ai-agent/approval.ts';
import type { ChatModel } from '../../ai-agent/chat-model.ts';
import type { Message } from '../../ai-agent/message.ts';
import { ToolRegistry } from '../../ai-agent/tool-registry.ts';
import type { Tool } from '../../ai-agent/tool.ts';
import { Turn } from '../../ai-agent/turn.ts';
import type { ApprovalScope, TurnEvent, TurnOutcome } from '../../ai-agent/turn-event.ts';
import { defaultTurnLimits } from '../../ai-agent/turn-limits.ts';
import type { TurnLimits } from '../../ai-agent/turn-limits.ts';
import { turnOf } from '../../ai-agent/turn-state.ts';
import { ManualClock } from './manual-clock.ts';

interface Options {
  readonly model: ChatModel;
  readonly tools?: readonly Tool[];
  readonly limits?: Partial<TurnLimits>;
  readonly history?: readonly Message[];
  readonly record?: (events: readonly TurnEvent[], append: () => void) => Promise<void>;
  /** Of a turn that goes on; without it one is started. */
  readonly log?: readonly TurnEvent[];
}

export const turnId = '5f0c1a52-turn';

/** A turn whose log is a list. */
export class TurnUnderTest {
  readonly log: TurnEvent[];
  readonly clock = new ManualClock();
  readonly leave = new AbortController();
  readonly reported: unknown[] = [];
  readonly progress: string[] = [];
  policy: PolicyInForce = { policies: [], limits: emptyPolicy };
  readonly turn: Turn;

  constructor({ model, tools = [], limits, history = [], record, log }: Options) {
    this.log = [...(log ?? [startedTurn('What is this?')])];
    this.turn = new Turn(turnOf(this.log), {
      model,
      tools: new ToolRegistry(tools),
      instructions: 'Help.',
      history,
      limits: { ...defaultTurnLimits, ...limits },
      clock: this.clock,
      random: () => 0.5,
      signal: this.leave.signal,
      policy: () => this.policy,
      record: async (events) => {
        const append = () => void this.log.push(...events);
        if (record) await record(events, append);
        else append();
      },
      progress: (_callId, text) => void this.progress.push(text),
      report: (error) => void this.reported.push(error),
    });
  }

  run(): Promise<TurnOutcome | null> {
    return this.turn.run();
  }

  /** Runs until nothing more happens by itself. */
  async settle(): Promise<void> {
    for (let count = 0; count < 5; count += 1) await new Promise(setImmediate);
  }

  approve(callId: string, answer: Partial<ReturnType<typeof approval>> = {}): void {
    const event = { ...approval(callId), ...answer };
    this.log.push(event);
    this.turn.deliver(event);
  }

  /** In short: `type` and what it is about. */
  get told(): readonly string[] {
    return this.log.map((event) => ('callId' in event ? `${event.type} ${event.callId}` : event.type));
  }

  results(): Record<string, string> {
    const ended = this.log.filter((event) => event.type === 'tool-ended');
    return Object.fromEntries(
      ended.map(({ callId, result }) => [
        callId,
        result.content.map((part) => (part.type === 'text' ? part.text : part.description)).join('\n'),
      ]),
    );
  }
}

export function startedTurn(text: string): TurnEvent & { readonly type: 'turn-started' } {
  const question = { role: 'user', content: [{ type: 'text', text }] } as const;
  return { type: 'turn-started', turnId, modelId: 'scripted:model', question, context: null };
}

function approval(callId: string) {
  return {
    type: 'approval-given',
    turnId,
    callId,
    isApproved: true as boolean,
    by: 'ann',
    scope: 'call' as ApprovalScope,
    remark: null as string | null,
  } as const;
}
