import { join } from 'node:path';
import type { Router } from 'express';
import type { EventLog } from '../event-log/event-log.ts';
import type { DialInDesk } from '../kernel-bridge/far/dial-in.ts';
import type { Authorize } from './auth/authorize.ts';
import type { Logger } from './logger.ts';
import { ServerDialInDesk } from './runtime-agents/dial-in-desk.ts';
import { linkUpgradeRoute } from './runtime-agents/link-route.ts';
import { runtimeAgentRoutes } from './runtime-agents/routes.ts';
import { RuntimeAgents } from './runtime-agents/runtime-agents.ts';
import type { UpgradeRoute } from './upgrade-route.ts';
import { VERSION } from './version.ts';

/** Who dials in: supervisors that the server starts elsewhere, and machines that people connect. */
export interface ComposedRuntimeAgents {
  readonly desk: DialInDesk;
  /** `join` them to the server's places before kernels are adopted. */
  readonly agents: RuntimeAgents;
  readonly routes: Router;
  readonly upgradeRoutes: readonly UpgradeRoute[];
  /** Idempotent. */
  close(): void;
}

/** @throws EventLogError */
export async function composeRuntimeAgents(deps: {
  readonly stateDirectory: string;
  readonly baseUrl: string;
  /** The server's own, of which keys are made. */
  readonly secret: string;
  /** Where jobs and pods reach the server: `http://host:8888/`. */
  readonly url: () => string;
  readonly log: EventLog;
  readonly authorize: Authorize;
  readonly logger: Logger;
}): Promise<ComposedRuntimeAgents> {
  const { stateDirectory, baseUrl, secret, url, log, authorize, logger } = deps;
  const desk = new ServerDialInDesk({ secret, url, programVersion: VERSION, log: logger });
  const directory = join(stateDirectory, 'runtime-agents');
  const agents = await RuntimeAgents.load({ log, directory, programVersion: VERSION, authorize, logger });
  return {
    desk,
    agents,
    routes: runtimeAgentRoutes({ agents, baseUrl, authorize }),
    upgradeRoutes: [linkUpgradeRoute({ find: (key) => agents.find(key) ?? desk.find(key), logger })],
    close() {
      agents.close();
      desk.close();
    },
  };
}
