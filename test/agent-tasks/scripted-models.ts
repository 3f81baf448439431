import { completionWire } from '../doubles/completion-wire.ts';
import { ModelServer } from '../doubles/model-server.ts';
import { wireAnswer } from '../doubles/model-wire.ts';
import type { SaidByModel } from '../doubles/model-wire.ts';
import type { NotebookTask } from './notebook-task.ts';

interface Asked {
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
}

/** What the model says, from what it is told. */
export type ModelScript = (asked: Asked) => SaidByModel;

/** Does what a good model would do. */
export const solving = (task: NotebookTask): ModelScript => {
  return ({ messages }) => {
    const step = messages.filter(({ role }) => role === 'assistant').length;
    const next = task.solution[step];
    if (next === undefined) return { text: [task.lastWords] };
    const said = messages.filter(({ role }) => role === 'tool').map(({ content }) => textOf(content));
    const uses = typeof next === 'function' ? next(said) : next;
    return { calls: uses.map((use, index) => ({ ...use, id: `call-${step}-${index}` })) };
  };
};

/** Says the question again, and does nothing: no check may be content with that. */
export const idling = (task: NotebookTask): ModelScript => {
  return () => ({ text: [task.question] });
};

/** A provider that speaks OpenAI's API; `openai:scripted` is its model. @param options.pace in ms, between two pieces of an answer */
export async function startScriptedModel(script: ModelScript, { pace = 0 } = {}): Promise<ModelServer> {
  const wire = completionWire({ isGroq: false });
  const provider = await ModelServer.start();
  const list = {
    headers: { 'content-type': 'application/json' },
    frames: ['{"data":[{"id":"scripted"}]}'],
  };
  provider.answerAlways(({ path, body }) =>
    path.endsWith('/models') ? list : { ...wireAnswer(wire, script(body as unknown as Asked)), pace },
  );
  return provider;
}

/** The environment of a server that knows this model alone. */
export const environmentOf = ({ url }: ModelServer): NodeJS.ProcessEnv => ({
  OPENAI_API_KEY: 'sk-scripted',
  OPENAI_BASE_URL: `${url}/v1`,
  OLLAMA_HOST: '127.0.0.1:1',
});

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return (content as readonly { readonly text?: string }[]).map(({ text = '' }) => text).join('');
}
