import type { ChatResponse } from 'ollama';
import type { ChatChunk } from '../chat-model.ts';
import type { CallIds } from '../provider/call-ids.ts';
import { ThinkingSplitter } from '../provider/split-thinking.ts';

/** Of newer servers; older ones give no id. */
type CallOnWire = NonNullable<ChatResponse['message']['tool_calls']>[number] & { readonly id?: string };

/** Turns the pieces of Ollama's answer into ours. */
export class OllamaAnswer {
  readonly #ids: CallIds;
  readonly #text = new ThinkingSplitter();
  readonly #calls: CallOnWire[] = [];

  constructor(ids: CallIds) {
    this.#ids = ids;
  }

  /** Its last piece says that it is, with the counts of tokens. */
  take(piece: Partial<ChatResponse>): ChatChunk[] {
    const { thinking = '', content = '', tool_calls: calls } = piece.message ?? {};
    this.#calls.push(...((calls ?? []) as CallOnWire[]));
    return [
      ...(thinking === '' ? [] : [{ type: 'reasoning' as const, text: thinking }]),
      ...this.#text.take(content),
      ...(piece.done === true ? this.#end(piece) : []),
    ];
  }

  #end({
    done_reason: reason,
    prompt_eval_count: read,
    eval_count: written,
  }: Partial<ChatResponse>): ChatChunk[] {
    const hasCalls = this.#calls.length > 0;
    return [
      ...this.#text.end(),
      ...this.#calls.map((call): ChatChunk => ({
        type: 'tool-call',
        callId: this.#ids.next(call.id ?? ''),
        toolName: call.function.name,
        argumentsText: JSON.stringify(call.function.arguments ?? {}),
      })),
      {
        type: 'finish',
        reason: reason === 'length' ? 'length' : hasCalls ? 'tool-calls' : 'stop',
        // It leaves out what it counted as none, for instance a prompt that it still knew.
        usage:
          read === undefined && written === undefined
            ? null
            : { inputTokens: read ?? 0, outputTokens: written ?? 0, cachedInputTokens: 0 },
      },
    ];
  }
}
