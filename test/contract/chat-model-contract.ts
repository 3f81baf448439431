import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ChatError } from '../../ai-agent/chat-error.ts';
import type { ChatChunk, ChatModel, ChatRequest } from '../../ai-agent/chat-model.ts';
import type { Message } from '../../ai-agent/message.ts';
import { ModelServer } from '../doubles/model-server.ts';
import { wireAnswer, type ModelWire, type Trouble } from '../doubles/model-wire.ts';

export const CONTRACT_KEY = 'sk-proj-very-secret';
/** A picture of one point. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const image = { type: 'image', mediaType: 'image/png', data: PNG, description: 'a plot' } as const;
const QUESTION: ChatRequest = {
  instructions: 'You help.',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
  tools: [
    {
      name: 'edit_cell',
      description: 'Edits a cell.',
      argumentsSchema: { type: 'object', properties: { cell: { type: 'string' } }, required: ['cell'] },
    },
  ],
};

export interface ContractModelSettings {
  readonly url: string;
  readonly key: string | null;
  readonly takesImages: boolean;
  /** In milliseconds. */
  readonly silenceLimit: number;
}

/** What every chat model promises, against a server that speaks its provider's wire. */
export function describeChatModel(
  name: string,
  wire: ModelWire,
  make: (settings: ContractModelSettings) => ChatModel,
): void {
  describe(name, () => {
    let server: ModelServer;
    let printed: unknown[];
    beforeEach(async () => {
      server = await ModelServer.start();
      printed = [];
      for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
        vi.spyOn(console, level).mockImplementation((...values: unknown[]) => void printed.push(...values));
      }
    });
    afterEach(async () => {
      await server.close();
      vi.restoreAllMocks();
      expect(printed).toEqual([]);
    });

    const model = (changes: Partial<ContractModelSettings> = {}): ChatModel =>
      make({ url: server.url, key: CONTRACT_KEY, takesImages: true, silenceLimit: 20_000, ...changes });
    const neverAborted = new AbortController().signal;
    async function ask(
      request: Partial<ChatRequest> = {},
      changes: Partial<ContractModelSettings> = {},
      signal: AbortSignal = neverAborted,
    ): Promise<ChatChunk[]> {
      const chunks: ChatChunk[] = [];
      for await (const chunk of model(changes).ask({ ...QUESTION, ...request }, signal)) chunks.push(chunk);
      return chunks;
    }
    async function failure(changes: Partial<ContractModelSettings> = {}): Promise<ChatError> {
      const error: unknown = await ask({}, changes).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ChatError);
      return error as ChatError;
    }
    const sent = (): string[] => wire.spoken(server.asked.at(-1)?.body ?? {});

    test('[P1] streams text in its order, and ends with why and with what it took', async () => {
      server.answer(wireAnswer(wire, { text: ['Hel', 'lo ', 'Zoë 😀'], inputTokens: 40, outputTokens: 3 }));
      expect(await ask()).toEqual([
        { type: 'text', text: 'Hel' },
        { type: 'text', text: 'lo ' },
        { type: 'text', text: 'Zoë 😀' },
        {
          type: 'finish',
          reason: 'stop',
          usage: { inputTokens: 40, outputTokens: 3, cachedInputTokens: 0 },
        },
      ]);
    });

    test('[P1] gives each piece as soon as it is there', async () => {
      const frames = wire.frames({ text: ['first', 'second'] });
      const upToFirst = frames.slice(0, frames.findIndex((frame) => frame.includes('first')) + 1);
      server.answer({ headers: wire.headers, frames: upToFirst, ending: 'held' });
      const pieces = model().ask(QUESTION, neverAborted)[Symbol.asyncIterator]();
      expect(await pieces.next()).toEqual({ done: false, value: { type: 'text', text: 'first' } });
      await pieces.return?.();
    });

    test('[P2] keeps what the model thinks apart from what it says', async () => {
      server.answer(wireAnswer(wire, { reasoning: ['hm, ', 'well'], text: ['Yes'] }));
      const chunks = await ask();
      expect(chunks.slice(0, 3)).toEqual([
        { type: 'reasoning', text: 'hm, ' },
        { type: 'reasoning', text: 'well' },
        { type: 'text', text: 'Yes' },
      ]);
      server.answer(wireAnswer(wire, { text: ['<th', 'ink>hm</think>', '\nYes'] }));
      const tagged = await ask();
      expect(tagged.map(({ type }) => type)).toEqual(['reasoning', 'text', 'finish']);
    });

    test('[P1] puts several tool calls of one answer together', async () => {
      const calls = [
        { id: 'call_one', name: 'edit_cell', arguments: { cell: 'a', source: 'print("ü\\n")' } },
        { id: 'call_two', name: 'run_cell', arguments: { cell: 'b' } },
        { id: 'call_three', name: 'list_files', arguments: {} },
      ];
      server.answer(wireAnswer(wire, { text: ['I look.'], calls }));
      const chunks = await ask();
      const found = chunks.filter((chunk) => chunk.type === 'tool-call');
      expect(
        found.map(({ toolName, argumentsText }) => [toolName, JSON.parse(argumentsText) as unknown]),
      ).toEqual(calls.map((call) => [call.name, call.arguments]));
      expect(found.map(({ callId }) => callId)).toEqual(['call_one', 'call_two', 'call_three']);
      expect(chunks.at(-1)).toMatchObject({ type: 'finish', reason: 'tool-calls' });
    });

    test('[P3] gives a call an id of its own where the model gives none, or one that the conversation has', async () => {
      const before: Message[] = [
        { role: 'user', content: [{ type: 'text', text: 'Edit' }] },
        {
          role: 'assistant',
          content: [{ type: 'tool-call', callId: 'call_0', toolName: 'edit_cell', argumentsText: '{}' }],
        },
        { role: 'tool', callId: 'call_0', toolName: 'edit_cell', content: [], isError: false },
      ];
      const call = { name: 'edit_cell', arguments: {} };
      server.answer(
        wireAnswer(wire, {
          calls: [
            { id: 'call_0', ...call },
            { id: '', ...call },
            { id: '', ...call },
          ],
        }),
      );
      const chunks = await ask({ messages: before });
      const ids = chunks.flatMap((chunk) => (chunk.type === 'tool-call' ? [chunk.callId] : []));
      expect(new Set([...ids, 'call_0', '']).size).toBe(5);
    });

    test('[P1] says when an answer is as long as it may be', async () => {
      server.answer(wireAnswer(wire, { text: ['and so on'], finish: 'length' }));
      expect((await ask()).at(-1)).toMatchObject({ reason: 'length' });
    });

    test('[P4] sends instructions, conversation and tools', async () => {
      server.answer(wireAnswer(wire, { text: ['ok'] }));
      const messages: Message[] = [
        { role: 'user', content: [{ type: 'text', text: 'Notebook' }] },
        { role: 'user', content: [{ type: 'text', text: 'Fix it' }] },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'I do.' },
            { type: 'tool-call', callId: 'c1', toolName: 'edit_cell', argumentsText: '{"cell":"a"}' },
            { type: 'tool-call', callId: 'c2', toolName: 'edit_cell', argumentsText: '{"cell":' },
          ],
        },
        {
          role: 'tool',
          callId: 'c1',
          toolName: 'edit_cell',
          content: [{ type: 'text', text: 'done' }],
          isError: false,
        },
        {
          role: 'tool',
          callId: 'c2',
          toolName: 'edit_cell',
          content: [{ type: 'text', text: 'no JSON' }],
          isError: true,
        },
        { role: 'assistant', content: [] },
        { role: 'user', content: [{ type: 'text', text: 'Thanks' }] },
      ];
      await ask({ messages });
      expect(sent().map((line) => line.replace(/^tool \S+:/, 'tool:'))).toEqual([
        'system: You help.',
        'user: Notebook\nFix it',
        'assistant: I do. <edit_cell {"cell":"a"}> <edit_cell {"unreadable_arguments":"{\\"cell\\":"}>',
        'tool: done',
        'tool: no JSON',
        'user: Thanks',
      ]);
      const [tool] = server.asked.at(-1)?.body?.['tools'] as { function: object }[];
      expect(tool?.function).toEqual({
        name: 'edit_cell',
        description: 'Edits a cell.',
        parameters: QUESTION.tools[0]?.argumentsSchema,
      });
    });

    const picture: Message[] = [
      { role: 'user', content: [{ type: 'text', text: 'What is this?' }, image] },
      {
        role: 'assistant',
        content: [{ type: 'tool-call', callId: 'c1', toolName: 'read_output', argumentsText: '{}' }],
      },
      {
        role: 'tool',
        callId: 'c1',
        toolName: 'read_output',
        content: [{ type: 'text', text: 'axes' }, image],
        isError: false,
      },
    ];

    test('[P4] sends images to a model that takes them, those of tools after the tools', async () => {
      server.answer(wireAnswer(wire, { text: ['ok'] }));
      await ask({ messages: picture });
      const lines = sent();
      expect(lines[1]).toMatch(/^user: What is this\? <image .*iVBOR/);
      expect(lines.at(-2)).toMatch(/^tool \S+: axes\n\(1 image\(s\) follow\.\)$/);
      expect(lines.at(-1)).toMatch(/^user: Images that read_output \(call c1\) gave: <image .*iVBOR/);
    });

    test('[P4] sends the descriptions of images to a model that takes none', async () => {
      server.answer(wireAnswer(wire, { text: ['ok'] }));
      await ask({ messages: picture }, { takesImages: false });
      const lines = sent();
      expect(lines[1]).toBe('user: What is this?\n[Image: a plot]');
      expect(lines.at(-1)).toMatch(/^tool \S+: axes\n\[Image: a plot\]$/);
    });

    test('[P4] reads no file, whatever an image is called', async () => {
      server.answer(wireAnswer(wire, { text: ['ok'] }));
      const content = [{ ...image, data: '/etc/hosts' }];
      await ask({ messages: [{ role: 'user', content }] });
      expect(JSON.stringify(server.asked)).not.toContain(
        Buffer.from('127.0.0.1').toString('base64').slice(0, 8),
      );
      expect(sent()[1]).toMatch(/<image (data:image\/png;base64,)?\/etc\/ho/);
    });

    test('[P5] is over at the provider too when it is aborted in the middle', async () => {
      server.answer({
        headers: wire.headers,
        frames: wire.frames({ text: ['a', 'b'] }).slice(0, 2),
        ending: 'held',
      });
      const aborting = new AbortController();
      const stopped = new Error('stopped by a person');
      const pieces: ChatChunk[] = [];
      const asking = (async () => {
        for await (const piece of model().ask(QUESTION, aborting.signal)) {
          pieces.push(piece);
          aborting.abort(stopped);
        }
      })();
      await expect(asking).rejects.toBe(stopped);
      await server.abandoned;
      expect(pieces).toHaveLength(1);
    });

    test('[P5] is over at the provider too when it is aborted before the first byte', async () => {
      server.answer({ frames: [], isMute: true });
      const aborting = new AbortController();
      const asking = ask({}, {}, aborting.signal);
      await server.received;
      aborting.abort(new Error('stopped'));
      await expect(asking).rejects.toThrow('stopped');
      await server.abandoned;
    });

    test('[P5] asks nothing with a signal that is aborted already', async () => {
      await expect(ask({}, {}, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
      expect(server.asked).toEqual([]);
    });

    test('[P5] ends the request when nobody listens any more', async () => {
      server.answer({
        headers: wire.headers,
        frames: wire.frames({ text: ['a', 'b'] }).slice(0, 2),
        ending: 'held',
      });
      for await (const piece of model().ask(QUESTION, neverAborted)) {
        expect(piece).toMatchObject({ type: 'text' });
        break;
      }
      await server.abandoned;
    });

    test.each<[Trouble, boolean]>([
      ['bad-key', false],
      ['unknown-model', false],
      ['context-overflow', false],
      ['rate-limited', true],
      ['out-of-credit', false],
      ['refused', false],
    ])('[P6] knows %s by what the provider says, and asks once', async (trouble, isRetryable) => {
      server.answer(wire.trouble(trouble));
      const error = await failure();
      expect(error).toMatchObject({ code: trouble, isRetryable });
      if (trouble === 'rate-limited') expect(error.retryAfter).toBe(7_000);
      expect(server.asked).toHaveLength(1);
    });

    test('[P6] knows a server in trouble', async () => {
      for (const status of [500, 502, 503, 529]) {
        server.answer({ status, frames: ['overloaded'], headers: { 'content-type': 'text/plain' } });
        expect(await failure()).toMatchObject({ code: 'server-failed', isRetryable: true });
      }
    });

    test('[P6] knows an error in the middle of an answer', async () => {
      const frames = [...wire.frames({ text: ['a'] }).slice(0, 1), wire.saidTrouble('the engine died')];
      server.answer({ headers: wire.headers, frames });
      const error = await failure();
      expect(error).toMatchObject({ code: 'server-failed', isRetryable: true });
      expect(error.message).toContain('the engine died');
    });

    test.each(['cut', 'whole'] as const)('[P7] knows an answer that broke off (%s)', async (ending) => {
      server.answer({ headers: wire.headers, frames: wire.frames({ text: ['a', 'b'] }).slice(0, 2), ending });
      expect(await failure()).toMatchObject({ code: 'unreachable', isRetryable: true });
    });

    test('[P7] knows an answer that broke off within a letter or a line', async () => {
      const [first = '', ...rest] = wire.frames({ text: ['a', 'b', 'c'] });
      const half = rest.join('').slice(0, rest.join('').length / 2);
      server.answer({ headers: wire.headers, frames: [first, half], ending: 'cut' });
      expect(await failure()).toMatchObject({ code: 'unreachable' });
    });

    test('[P7] knows a provider that falls silent, before its answer and within', async () => {
      server.answer(
        { frames: [], isMute: true },
        { headers: wire.headers, frames: wire.frames({ text: ['a', 'b'] }).slice(0, 2), ending: 'held' },
      );
      for (const error of [await failure({ silenceLimit: 60 }), await failure({ silenceLimit: 60 })]) {
        expect(error).toMatchObject({ code: 'unreachable', isRetryable: true });
        expect(error.message).toContain('sent nothing for');
      }
    });

    test('[P7] knows an answer that is not JSON', async () => {
      const [first = ''] = wire.frames({ text: ['a'] });
      server.answer({ headers: wire.headers, frames: [first, first.replace('{', '{{')] });
      expect(await failure()).toMatchObject({ code: 'unreadable-answer', isRetryable: false });
    });

    test('[P6] knows the web page of a proxy', async () => {
      const page = { headers: { 'content-type': 'text/html' }, frames: ['<html>Sign in</html>'] };
      server.answer(page, { ...page, status: 502 }, { ...page, status: 403 });
      const codes = [await failure(), await failure(), await failure()].map(({ code }) => code);
      expect(codes).toEqual(['unreadable-answer', 'server-failed', 'refused']);
    });

    test('[P6] knows where nobody listens, and a host that there is not', async () => {
      const closed = createServer().listen(0, '127.0.0.1');
      await once(closed, 'listening');
      const url = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
      closed.close();
      const refused = await failure({ url });
      expect(refused).toMatchObject({ code: 'unreachable', isRetryable: true });
      expect(refused.message).toContain('nothing listens there');
      expect(await failure({ url: 'http://nobody.invalid' })).toMatchObject({ code: 'unreachable' });
    });

    test('[P8] I10: shows its key to the provider and in no error', async () => {
      const repeated = {
        status: 401,
        headers: { 'content-type': 'application/json', 'x-key': CONTRACT_KEY },
      };
      server.answer(
        { ...repeated, frames: [JSON.stringify({ error: `key ${CONTRACT_KEY} is unknown` })] },
        { ...repeated, status: 400, frames: [JSON.stringify({ error: { message: `bad ${CONTRACT_KEY}` } })] },
        { headers: wire.headers, frames: [wire.saidTrouble(`${CONTRACT_KEY} was revoked`)] },
      );
      for (const error of [await failure(), await failure(), await failure()]) {
        const all = inspect(error, { depth: 20, showHidden: true }) + String(error.stack);
        expect(all).not.toContain(CONTRACT_KEY);
      }
      expect(server.asked[0]?.headers['authorization']).toBe(`Bearer ${CONTRACT_KEY}`);
      expect(
        Object.keys(server.asked[0]?.headers ?? {}).filter((header) => /stainless|openai|groq/.test(header)),
      ).toEqual([]);
      const broken = await failure({ key: `${CONTRACT_KEY}\nü` });
      expect(broken.code).toBe('bad-key');
      expect(inspect(broken, { depth: 20, showHidden: true })).not.toContain(CONTRACT_KEY);
    });

    test('[P8] asks without a key where there is none', async () => {
      server.answer(wireAnswer(wire, { text: ['ok'] }));
      await ask({}, { key: null });
      expect(server.asked[0]?.headers['authorization']).toBeUndefined();
    });
  });
}
