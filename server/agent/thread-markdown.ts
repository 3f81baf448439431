import type { ContentPart, Message } from '../../ai-agent/message.ts';
import type { EventLog } from '../../event-log/event-log.ts';
import type { ThreadRecord } from './agent-threads.ts';
import type { ThreadTurn } from './read-thread.ts';
import { readThread } from './read-thread.ts';

/** A conversation as one Markdown text, for people to keep. */
export async function threadMarkdown(log: EventLog, thread: ThreadRecord): Promise<string> {
  const turns = await readThread(log, thread.threadId);
  return [`# ${thread.title}`, ...turns.map(turnMarkdown)].join('\n\n') + '\n';
}

function turnMarkdown({ state, actor, startedAt }: ThreadTurn): string {
  const asked = new Date(startedAt).toISOString().slice(0, 16).replace('T', ' ');
  const parts = [`## ${actor}, ${asked} UTC`, textOf(state.question.content), `## ${state.modelId}`];
  parts.push(...state.messages.map(messageMarkdown));
  if (state.phase.type === 'asking' && state.phase.streamed !== '') parts.push(state.phase.streamed);
  if (state.outcome !== null && state.outcome.type !== 'done') parts.push(`*${endingOf(state.outcome)}*`);
  return parts.filter((part) => part !== '').join('\n\n');
}

function messageMarkdown(message: Message): string {
  switch (message.role) {
    case 'user':
      return textOf(message.content);
    case 'assistant':
      return message.content
        .map((part) =>
          part.type === 'text' ? part.text : `**${part.toolName}**\n\n${fenced(part.argumentsText, 'json')}`,
        )
        .join('\n\n');
    case 'tool':
      return fenced(textOf(message.content), message.isError ? 'error' : '');
  }
}

function textOf(content: readonly ContentPart[]): string {
  return content
    .map((part) => (part.type === 'text' ? part.text : `*(${part.description || 'image'})*`))
    .join('\n\n');
}

/** With more backticks than there are in the text. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

function endingOf(outcome: NonNullable<ThreadTurn['state']['outcome']>): string {
  switch (outcome.type) {
    case 'done':
      return '';
    case 'stopped':
      return `Stopped by ${outcome.by}.`;
    case 'failed':
      return `Failed: ${outcome.message}`;
    case 'step-limit':
      return `Ended after ${outcome.steps} steps, as many as a turn may take.`;
  }
}
