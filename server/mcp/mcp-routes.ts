import { randomUUID } from 'node:crypto';
import { Router } from 'express';
import type { Request, Response } from 'express';
import { offeredToken } from '../auth/request-token.ts';
import type { Identity } from '../auth/identity.ts';
import type { Authorize } from '../auth/authorize.ts';
import { isOwnOrigin } from '../auth/same-origin.ts';
import { readJsonBody } from '../http-body.ts';
import { HttpError } from '../http-error.ts';
import type { AgentKeys } from './agent-keys.ts';
import type { McpCaller, McpDesk, McpSession } from './mcp-session.ts';

const MCP = '/api/in-the-loop/v1/mcp';
const LARGEST_BODY = 4 * 1024 * 1024;
/** The one that was used the longest ago gives way to another. */
const MOST_SESSIONS = 100;
const EVERYTHING = ['reads', 'edits', 'runs', 'destroys'] as const;

interface OpenSession {
  readonly session: McpSession;
  /** Whoever began it. */
  readonly username: string;
  readonly keyId: string | null;
  handle(request: Request, response: Response, body: unknown): Promise<void>;
  close(): Promise<void>;
}

interface McpDependencies {
  /** Loaded with the first client. */
  readonly keys: () => Promise<AgentKeys>;
  readonly desk: () => Promise<McpDesk>;
  /** Nobody has to sign in here. */
  readonly isOpen: boolean;
  readonly version: string;
  readonly authorize: Authorize;
  /** In milliseconds, instead of what clients usually have. */
  readonly patience?: number | undefined;
}

/** `/api/in-the-loop/v1/mcp`, the streamable HTTP of the Model Context Protocol: see docs/ai.md. It asks for keys itself. */
export function mcpRoutes(deps: McpDependencies): { readonly routes: Router; close(): Promise<void> } {
  const sessions = new Map<string, OpenSession>();
  const router = Router({ caseSensitive: true, strict: true });
  const answer = async (request: Request, response: Response): Promise<void> => {
    if (!isOwnOrigin(request.headers)) throw new HttpError(403, 'Requests of other sites are refused.');
    const { caller, keyId } = await callerOf(deps, request, response);
    deps.authorize(caller.person, 'read', 'contents');
    const body: unknown = request.method === 'POST' ? await readJsonBody(request, LARGEST_BODY) : undefined;
    const sessionId = request.headers['mcp-session-id'];
    if (typeof sessionId !== 'string') {
      if (request.method !== 'POST') throw new HttpError(400, 'A session begins with POST.');
      const begun = await openSession(deps, caller, keyId, sessions);
      await begun.handle(request, response, body);
      return;
    }
    const session = sessions.get(sessionId);
    if (session === undefined || session.username !== caller.person.username || session.keyId !== keyId)
      throw new HttpError(404, 'There is no such session.');
    sessions.delete(sessionId);
    sessions.set(sessionId, session);
    await session.handle(request, response, body);
  };
  router.route(MCP).get(answer).post(answer).delete(answer);
  return {
    routes: router,
    async close() {
      for (const session of [...sessions.values()]) await session.close();
    },
  };
}

/** A key of ours, the server's own token, or nothing where the server asks nobody for anything. @throws HttpError 401 */
async function callerOf(
  deps: McpDependencies,
  { headers }: Request,
  response: Response,
): Promise<{ readonly caller: McpCaller; readonly keyId: string | null }> {
  const offered = offeredToken(new URLSearchParams(), headers.authorization);
  const key = offered === null ? null : (await deps.keys()).find(offered);
  if (key !== null) return { caller: key, keyId: key.keyId };
  const { byToken } = response.locals['admitted'] as { readonly byToken: boolean };
  const person = response.locals['identity'] as Identity | null;
  // A cookie is none: any page could have it sent.
  if (person !== null && ((byToken && offered !== null) || deps.isOpen)) {
    const scopes = person.right === 'full' ? EVERYTHING : (['reads'] as const);
    return { caller: { person, scopes }, keyId: null };
  }
  response.setHeader('WWW-Authenticate', 'Bearer');
  throw new HttpError(401, 'Send a key as "Authorization: Bearer …": docs/ai.md says how to make one.');
}

async function openSession(
  { desk, version, patience }: McpDependencies,
  caller: McpCaller,
  keyId: string | null,
  sessions: Map<string, OpenSession>,
): Promise<OpenSession> {
  const [{ McpSession: Session }, { StreamableHTTPServerTransport: Transport }] = await Promise.all([
    import('./mcp-session.ts'),
    import('@modelcontextprotocol/sdk/server/streamableHttp.js'),
  ]);
  const session = new Session(await desk(), caller, version, patience);
  const transport = new Transport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized(id) {
      sessions.set(id, open);
      const [oldest] = sessions.values();
      if (sessions.size > MOST_SESSIONS) void oldest?.close();
    },
  });
  const open: OpenSession = {
    session,
    username: caller.person.username,
    keyId,
    handle: (request, response, body) => transport.handleRequest(request, response, body),
    close: () => session.server.close(),
  };
  session.server.onclose = () => {
    if (transport.sessionId !== undefined) sessions.delete(transport.sessionId);
  };
  // The SDK's own types differ where a property may be left out or be undefined.
  await session.server.connect(transport);
  return open;
}
