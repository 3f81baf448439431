import type { Router } from 'express';
import type { Authorize } from './auth/authorize.ts';
import { LiveSockets } from './live/live-sockets.ts';
import { openedAhead } from './live/opened-ahead.ts';
import type { AgentFeed } from './live/page-agents.ts';
import type { RuntimeNews } from './live/page-runtimes.ts';
import type { Logger } from './logger.ts';
import type { ServerSettings } from './settings.ts';
import type { SharedDocument, SharedDocuments } from './shared-document.ts';
import type { UpgradeRoute } from './upgrade-route.ts';
import { VERSION } from './version.ts';

/** Of our extension: it opens shared documents. */
const DOCUMENTS_PLUGIN = '@in-the-loop/lab-extension:documents';

/** The live websocket of our own pages, and what is ready for it; nothing where they do not speak for shared documents. */
export function composeLive(deps: {
  readonly settings: ServerSettings;
  readonly documents: SharedDocuments;
  readonly save: (document: SharedDocument) => Promise<void>;
  readonly agents: AgentFeed;
  readonly runtimes: RuntimeNews;
  /** In the pages' configuration. */
  readonly isDisabled: (plugin: string) => Promise<boolean>;
  readonly authorize: Authorize;
  readonly logger: Logger;
}): { readonly routes: readonly Router[]; readonly upgradeRoutes: readonly UpgradeRoute[]; close(): void } {
  const sockets = new LiveSockets({ ...deps, version: VERSION });
  const isOn = deps.settings.collaboration === 'on';
  return {
    routes: isOn
      ? [openedAhead(deps.documents, async () => !(await deps.isDisabled(DOCUMENTS_PLUGIN)), deps.authorize)]
      : [],
    upgradeRoutes: isOn ? sockets.upgradeRoutes : [],
    close: () => sockets.close(),
  };
}
