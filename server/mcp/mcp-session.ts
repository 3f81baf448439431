import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js';
import type { Effect } from '../../ai-agent/tool.ts';
import type { ContentPart } from '../../ai-agent/message.ts';
import type { Identity } from '../auth/identity.ts';

/** Who speaks, and what they may have done. */
export interface McpCaller {
  readonly person: Identity;
  readonly scopes: readonly Effect[];
}

interface CallResult {
  readonly content: readonly ContentPart[];
  readonly isError: boolean;
}

/** What is asked of the agents of this server. */
export interface McpDesk {
  tools(person: Identity): readonly {
    readonly name: string;
    readonly description: string;
    readonly effect: Effect;
    readonly needsNotebook: boolean;
    readonly argumentsSchema: Readonly<Record<string, unknown>>;
  }[];
  /** @throws HttpError */
  call(
    call: {
      readonly caller: string;
      readonly path: string | null;
      readonly toolName: string;
      readonly argumentsText: string;
    },
    person: Identity,
  ): Promise<{ readonly threadTitle: string; readonly result: Promise<CallResult> }>;
}

/** In milliseconds: clients give a request up after a minute unless they hear of it. */
const PATIENCE = 50_000;
const PATIENCE_WHEN_HEARD = 3_600_000;
const HEARD_EACH = 10_000;
/** Calls whose answers nobody has fetched. */
const MOST_OPEN = 100;

const AWAIT_CALL = 'await_call';
const NOTEBOOK = {
  type: 'string',
  description: 'The notebook: its path in the folder that the server serves, for instance analysis/a.ipynb.',
};

/** One client of the Model Context Protocol: the tools of our own agents, with the same approvals. */
export class McpSession {
  readonly server: Server;
  readonly #desk: McpDesk;
  readonly #caller: McpCaller;
  readonly #open = new Map<string, { readonly threadTitle: string; readonly result: Promise<CallResult> }>();

  constructor(desk: McpDesk, caller: McpCaller, version: string, patience = PATIENCE) {
    this.#desk = desk;
    this.#caller = caller;
    this.server = new Server(
      { name: 'in-the-loop', version },
      {
        capabilities: { tools: {} },
        instructions:
          'Tools that work in notebooks which people have open: read before you edit, and run cells to see what they do. What changes something may wait until a person allows it in their sidebar.',
      },
    );
    this.server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: this.#tools() }));
    this.server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
      const { name, arguments: given = {}, _meta: meta } = params;
      const token = meta?.progressToken;
      const hear = async (progress: number): Promise<void> => {
        if (token === undefined) return;
        const said = { progressToken: token, progress, message: 'Under way, or waiting for a person' };
        await extra.sendNotification({ method: 'notifications/progress', params: said });
      };
      const limit = token === undefined ? patience : PATIENCE_WHEN_HEARD;
      if (name === AWAIT_CALL) return this.#await(String(given['call']), limit, hear, extra.signal);
      return this.#call(name, given, limit, hear, extra.signal);
    });
  }

  #tools(): Tool[] {
    const tools = this.#desk
      .tools(this.#caller.person)
      .filter(({ effect }) => this.#caller.scopes.includes(effect))
      .map(({ name, description, effect, needsNotebook, argumentsSchema }): Tool => {
        const { properties, required } = argumentsSchema as { properties?: object; required?: string[] };
        return {
          name,
          description,
          inputSchema: {
            ...argumentsSchema,
            type: 'object',
            properties: { notebook: NOTEBOOK, ...properties },
            required: [...(needsNotebook ? ['notebook'] : []), ...(required ?? [])],
          },
          annotations: { readOnlyHint: effect === 'reads', destructiveHint: effect === 'destroys' },
        };
      });
    const call = { type: 'string', description: 'As the answer named it.' };
    const awaiting: Tool = {
      name: AWAIT_CALL,
      description:
        'The result of a call that was not over when it was answered, for instance because a person had to allow it.',
      inputSchema: { type: 'object', properties: { call }, required: ['call'] },
      annotations: { readOnlyHint: true },
    };
    return [...tools, awaiting];
  }

  async #call(
    name: string,
    { notebook, ...given }: Readonly<Record<string, unknown>>,
    limit: number,
    hear: (progress: number) => Promise<void>,
    signal: AbortSignal,
  ): Promise<CallToolResult> {
    const tool = this.#desk.tools(this.#caller.person).find((one) => one.name === name);
    if (tool === undefined) return failed(`There is no tool ${name}.`);
    if (!this.#caller.scopes.includes(tool.effect))
      return failed(`The key that you use may not have anything done that ${tool.effect}.`);
    if (typeof notebook !== 'string' && tool.needsNotebook)
      return failed('Say which notebook: {"notebook": "analysis/a.ipynb", …}. Nothing was done.');
    if (this.#open.size >= MOST_OPEN) return failed('Too many calls are under way: await some of them.');
    const call = {
      caller: (this.server.getClientVersion()?.name ?? 'unknown').slice(0, 60),
      path: typeof notebook === 'string' ? notebook : null,
      toolName: name,
      argumentsText: JSON.stringify(given),
    };
    const id = randomUUID();
    try {
      this.#open.set(id, await this.#desk.call(call, this.#caller.person));
    } catch (error) {
      return failed(error instanceof Error ? error.message : 'This could not be begun.');
    }
    return this.#await(id, limit, hear, signal);
  }

  async #await(
    id: string,
    limit: number,
    hear: (progress: number) => Promise<void>,
    signal: AbortSignal,
  ): Promise<CallToolResult> {
    const open = this.#open.get(id);
    if (open === undefined)
      return failed(`No call ${id} is under way in this session, or its result was fetched.`);
    const deadline = Date.now() + limit;
    for (let progress = 1; ; progress += 1) {
      const wait = Math.min(HEARD_EACH, deadline - Date.now());
      const patience = new AbortController();
      const result = await Promise.race([
        open.result,
        delay(Math.max(0, wait), null, { signal: AbortSignal.any([signal, patience.signal]) }).catch(
          () => null,
        ),
      ]);
      patience.abort();
      if (result !== null) {
        this.#open.delete(id);
        return asMcp(result);
      }
      if (signal.aborted || Date.now() >= deadline) break;
      await hear(progress);
    }
    return failed(
      `Not over yet: it may wait for a person, who allows it in the assistant's sidebar in JupyterLab, in the conversation "${open.threadTitle}" of that notebook. Call await_call with {"call": "${id}"} for its result; do not make the call again.`,
    );
  }
}

function asMcp({ content, isError }: CallResult): CallToolResult {
  return {
    content: content.map((part) =>
      part.type === 'text'
        ? { type: 'text', text: part.text }
        : { type: 'image', data: part.data, mimeType: part.mediaType },
    ),
    isError,
  };
}

function failed(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}
