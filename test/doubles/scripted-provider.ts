import { randomUUID } from 'node:crypto';
import { completionWire } from './completion-wire.ts';
import { ModelServer } from './model-server.ts';
import type { WireAnswer } from './model-server.ts';
import { wireAnswer } from './model-wire.ts';

/** A question to its model. */
export const askedOf = (text: string): { model: string; text: string } => ({ model: 'openai:gpt-5.1', text });

/** A provider with OpenAI's API whose one model says what a test writes down. */
export class ScriptedProvider {
  readonly wire = completionWire({ isGroq: false });
  readonly answers: WireAnswer[] = [];

  private constructor(readonly server: ModelServer) {}

  static async start(): Promise<ScriptedProvider> {
    const started = new ScriptedProvider(await ModelServer.start());
    const list = { headers: { 'content-type': 'application/json' }, frames: ['{"data":[{"id":"gpt-5.1"}]}'] };
    const unforeseen = { status: 400, frames: ['the test wrote down no answer'] };
    started.server.answerAlways(({ path }) =>
      path.endsWith('/models') ? list : (started.answers.shift() ?? unforeseen),
    );
    return started;
  }

  /** For a server that is to ask it, as `openai:gpt-5.1`, and nobody else. */
  get environment(): Readonly<Record<string, string>> {
    return {
      OPENAI_API_KEY: 'sk-only-here',
      OPENAI_BASE_URL: `${this.server.url}/v1`,
      OLLAMA_HOST: '127.0.0.1:1',
    };
  }

  says(...text: readonly string[]): void {
    this.answers.push(wireAnswer(this.wire, { text }));
  }

  calls(...asked: readonly (readonly [name: string, argumentsOf: object])[]): void {
    const calls = asked.map(([name, argumentsOf]) => ({ id: randomUUID(), name, arguments: argumentsOf }));
    this.answers.push(wireAnswer(this.wire, { calls }));
  }

  /** What it was told in the last request that asked for an answer. */
  get told(): string {
    const last = this.server.asked.filter(({ path }) => path.endsWith('/completions')).at(-1);
    return this.wire.spoken(last?.body ?? {}).join('\n');
  }
}
