import type { ChatChunk, ChatModel, ChatRequest } from '../../ai-agent/chat-model.ts';

/** What the model does when it is asked: chunks, and errors that it throws in between; or what decides that from the request. */
export type ScriptedAnswer = readonly (ChatChunk | Error)[];
export type Script = (request: ChatRequest, asked: number) => ScriptedAnswer;

/** A model that says what a script has it say, and keeps what it was asked. */
export class ScriptedChatModel implements ChatModel {
  readonly id = 'scripted:model';
  readonly takesImages: boolean;
  readonly contextTokens: number | null;
  readonly requests: ChatRequest[] = [];
  readonly #script: Script;

  constructor(
    script: Script | readonly ScriptedAnswer[],
    options: { takesImages?: boolean; contextTokens?: number | null } = {},
  ) {
    this.#script =
      typeof script === 'function' ? script : (_request, asked) => script[asked] ?? says('Done.');
    this.takesImages = options.takesImages ?? true;
    this.contextTokens = options.contextTokens ?? null;
  }

  async *ask(request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatChunk> {
    const answer = this.#script(request, this.requests.length);
    this.requests.push(request);
    for (const chunk of answer) {
      // A real one comes from the network: nothing of it is there at once.
      await Promise.resolve();
      signal.throwIfAborted();
      if (chunk instanceof Error) throw chunk;
      yield chunk;
    }
  }
}

/** An answer in so many pieces. */
export function says(...pieces: readonly string[]): ScriptedAnswer {
  const text = pieces.map((piece): ChatChunk => ({ type: 'text', text: piece }));
  return [...text, { type: 'finish', reason: 'stop', usage: null }];
}

/** An answer that asks for tools: their names and arguments, and ids where they matter. */
export function calls(
  ...asked: readonly (readonly [toolName: string, argumentsOf: unknown, callId?: string])[]
): ScriptedAnswer {
  const chunks = asked.map(([toolName, argumentsOf, callId], index): ChatChunk => {
    const argumentsText = typeof argumentsOf === 'string' ? argumentsOf : JSON.stringify(argumentsOf);
    return { type: 'tool-call', callId: callId ?? `call-${index}`, toolName, argumentsText };
  });
  return [...chunks, { type: 'finish', reason: 'tool-calls', usage: null }];
}
