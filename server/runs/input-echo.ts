import type { CellRun } from './cell-run.ts';
import type { JsonObject } from './nbformat-output.ts';

/** Prompts that wait for an answer, by the id of the kernel's `input_request`. */
export type OpenPrompts = Map<string, OpenPrompt>;

interface OpenPrompt {
  readonly run: CellRun;
  readonly prompt: string;
}

export function openPrompt(prompts: OpenPrompts, messageId: string, run: CellRun, content: JsonObject): void {
  const { prompt } = content;
  prompts.set(messageId, { run, prompt: typeof prompt === 'string' ? prompt : '' });
}

/** The kernel no longer waits: it went on without an answer, or away. */
export function closePromptsOf(prompts: OpenPrompts, run: CellRun): void {
  for (const [messageId, open] of prompts) if (open.run === run) prompts.delete(messageId);
}

/**
 * What JupyterLab leaves in the cell of a prompt and its answer, eight dots for a password.
 * @returns null where no cell waits for it
 */
export function answerPrompt(
  prompts: OpenPrompts,
  messageId: string,
  value: string | null,
): { run: CellRun; text: string } | null {
  const open = prompts.get(messageId);
  if (open === undefined) return null;
  prompts.delete(messageId);
  return { run: open.run, text: `${open.prompt} ${value ?? '········'}\n` };
}
