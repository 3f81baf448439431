import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatChunk, ChatModel } from '../../ai-agent/chat-model.ts';
import { ModelServer } from './model-server.ts';

/** What a model makes of an answer that is a file, cut into pieces of so many bytes. */
export async function recordedAnswer(
  folder: string,
  name: string,
  make: (url: string) => ChatModel,
  pieceBytes = 7,
): Promise<ChatChunk[]> {
  const server = await ModelServer.start();
  const text = readFileSync(join(folder, 'fixtures', `${name}.txt`), 'latin1');
  const frames = text.match(new RegExp(`[^]{1,${pieceBytes}}`, 'g')) ?? [];
  const type = text.startsWith('{') ? 'application/x-ndjson' : 'text/event-stream';
  server.answer({ headers: { 'content-type': type }, frames });
  const chunks: ChatChunk[] = [];
  try {
    const request = { instructions: '', messages: [], tools: [] };
    for await (const chunk of make(server.url).ask(request, new AbortController().signal)) chunks.push(chunk);
    return chunks;
  } finally {
    await server.close();
  }
}

/** The chunks in short: texts joined, calls as name and arguments, the end. */
export function summed(chunks: readonly ChatChunk[]): object {
  const joined = (type: 'text' | 'reasoning'): string =>
    chunks.map((chunk) => (chunk.type === type ? chunk.text : '')).join('');
  const last = chunks.at(-1);
  return {
    reasoning: joined('reasoning'),
    text: joined('text'),
    calls: chunks.flatMap((chunk) =>
      chunk.type === 'tool-call' ? [`${chunk.toolName} ${chunk.argumentsText}`] : [],
    ),
    finish: last?.type === 'finish' ? last.reason : null,
    usage: last?.type === 'finish' && last.usage !== null ? Object.values(last.usage) : null,
  };
}
