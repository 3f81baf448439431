import type { Router } from 'express';
import type { EventLog } from '../event-log/event-log.ts';
import type { Authenticator } from './auth/authenticator.ts';
import type { Authorize } from './auth/authorize.ts';
import type { AgentKeys } from './mcp/agent-keys.ts';
import { agentKeyRoutes } from './mcp/key-routes.ts';
import { mcpRoutes } from './mcp/mcp-routes.ts';
import type { McpDesk } from './mcp/mcp-session.ts';
import { VERSION } from './version.ts';

export interface ComposedMcp {
  /** They ask for keys themselves. */
  readonly publicRoutes: Router;
  readonly keyRoutes: Router;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Other agents, by the Model Context Protocol: loaded with the first. */
export function composeMcp(deps: {
  readonly log: EventLog;
  readonly agents: { calls(): Promise<McpDesk> };
  readonly authenticator: Pick<Authenticator, 'enabled'>;
  readonly authorize: Authorize;
}): ComposedMcp {
  const { log, agents, authenticator, authorize } = deps;
  const desk = (): Promise<McpDesk> => agents.calls();
  const isOpen = !authenticator.enabled;
  let loading: Promise<AgentKeys> | null = null;
  const keys = (): Promise<AgentKeys> =>
    (loading ??= import('./mcp/agent-keys.ts').then(({ AgentKeys }) => AgentKeys.load(log)));
  const mcp = mcpRoutes({ keys, desk, isOpen, version: VERSION, authorize });
  return {
    publicRoutes: mcp.routes,
    keyRoutes: agentKeyRoutes({ keys, authorize }),
    close: () => mcp.close(),
  };
}
