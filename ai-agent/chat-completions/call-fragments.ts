import type { ToolCall } from '../message.ts';
import type { CallIds } from '../provider/call-ids.ts';

/** A piece of a tool call in a stream, as the servers of this API really send it. */
export interface CallFragment {
  readonly index?: number | null | undefined;
  readonly id?: string | null | undefined;
  readonly function?:
    | {
        readonly name?: string | null | undefined;
        /** Text, in pieces; an object from some servers. */
        readonly arguments?: unknown;
      }
    | null
    | undefined;
}

interface OpenCall {
  readonly index: number | null;
  id: string;
  name: string;
  argumentsText: string;
}

/**
 * Puts the fragments of an answer's tool calls together. OpenAI numbers the calls by `index` and sends id and name once. Others
 * send no index (Ollama of old, Gemini), 0 for all (Gemini), the id or the name again with each piece, a new id with each piece,
 * or no id at all.
 */
export class CallFragments {
  readonly #calls: OpenCall[] = [];

  get isEmpty(): boolean {
    return this.#calls.length === 0;
  }

  take(fragment: CallFragment): void {
    const { name, arguments: given } = fragment.function ?? {};
    const call = this.#callOf(fragment, name ?? '') ?? this.#open(fragment);
    if (call.name === '') call.name = name ?? '';
    if (call.id === '') call.id = fragment.id ?? '';
    if (typeof given === 'string') call.argumentsText += given;
    else if (typeof given === 'object' && given !== null) call.argumentsText = JSON.stringify(given);
  }

  whole(ids: CallIds): ToolCall[] {
    return this.#calls.map(({ id, name, argumentsText }) => ({
      type: 'tool-call',
      callId: ids.next(id),
      toolName: name,
      argumentsText: argumentsText.trim() === '' ? '{}' : argumentsText,
    }));
  }

  #callOf({ index, id }: CallFragment, name: string): OpenCall | undefined {
    const same = this.#calls.findLast((call) =>
      typeof index === 'number' ? call.index === index : !!id && call.id === id,
    );
    if (same !== undefined) return isOther(same, id ?? '', name) ? undefined : same;
    if (typeof index === 'number' || name !== '') return undefined;
    return this.#calls.at(-1);
  }

  #open({ index, id }: CallFragment): OpenCall {
    const call = { index: index ?? null, id: id ?? '', name: '', argumentsText: '' };
    this.#calls.push(call);
    return call;
  }
}

/** A name together with another id begins another call under the same index; another id alone does not. */
function isOther(call: OpenCall, id: string, name: string): boolean {
  return name !== '' && call.name !== '' && id !== '' && id !== call.id;
}
