import type { Router } from 'express';
import type { Activity } from './activity.ts';
import type { Authenticator } from './auth/authenticator.ts';
import type { Authorize } from './auth/authorize.ts';
import { loginRoutes } from './auth/login-routes.ts';
import type { SignedInSockets } from './auth/signed-in-sockets.ts';
import type { ComposedAgents } from './compose-agents.ts';
import type { ComposedCollaboration } from './compose-collaboration.ts';
import type { VersionedContents } from './compose-contents.ts';
import type { ComposedDocuments } from './compose-documents.ts';
import { composeHistory } from './compose-history.ts';
import type { composeLive } from './compose-live.ts';
import type { ComposedMcp } from './compose-mcp.ts';
import type { ComposedModels } from './compose-models.ts';
import type { ComposedPlaces } from './compose-places.ts';
import type { Runs, RunsApiParts } from './compose-runs.ts';
import { ConfigSections } from './config-sections/config-sections.ts';
import { configSectionRoutes } from './config-sections/routes.ts';
import { contentsRoutes } from './contents/contents-routes.ts';
import type { CountedEventLog } from './counted-event-log.ts';
import { outputRoutes } from './documents/output-routes.ts';
import type { EventSockets } from './events/event-sockets.ts';
import type { JupyterEvents } from './events/jupyter-events.ts';
import { eventRoutes } from './events/routes.ts';
import { filesRoutes } from './files/files-routes.ts';
import type { FrontEnds } from './front-ends.ts';
import { identityRoutes } from './identity/routes.ts';
import type { JupyterPaths } from './jupyter-paths.ts';
import { JUPYTER_SERVER_VERSION } from './jupyter-server-version.ts';
import type { Kernels } from './kernels/kernels.ts';
import { kernelRoutes } from './kernels/routes.ts';
import { kernelUpgradeRoutes } from './kernels/upgrade-routes.ts';
import { kernelspecRoutes } from './kernelspecs/routes.ts';
import type { Logger } from './logger.ts';
import { nbconvertRoutes } from './nbconvert/nbconvert-routes.ts';
import type { Metrics } from './operations/metrics.ts';
import { metricsRoutes } from './operations/metrics-routes.ts';
import { publicOperationRoutes } from './operations/public-routes.ts';
import { operationRoutes } from './operations/routes.ts';
import { sessionRoutes } from './sessions/routes.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { ServerSettings } from './settings.ts';
import { shareRoutes } from './share/routes.ts';
import { terminalRoutes } from './terminals/routes.ts';
import type { TerminalSockets } from './terminals/terminal-sockets.ts';
import type { Terminals } from './terminals/terminals.ts';
import type { UpgradeRoute } from './upgrade-route.ts';

/** What answers, and whom. */
export interface ServerRoutes {
  /** For anybody. */
  readonly publicRoutes: readonly Router[];
  /** For whoever is signed in; each asks for the right it needs. */
  readonly authenticatedRoutes: readonly Router[];
  readonly upgradeRoutes: readonly UpgradeRoute[];
}

/** All routes and websockets of the server, over parts that are there. */
export function composeRoutes(parts: {
  readonly settings: ServerSettings;
  readonly paths: JupyterPaths;
  readonly authenticator: Authenticator;
  readonly signedInSockets: SignedInSockets;
  readonly authorize: Authorize;
  readonly activity: Activity;
  readonly metrics: Metrics;
  readonly kernels: Kernels;
  readonly placed: ComposedPlaces;
  readonly sessions: Sessions;
  readonly terminals: Terminals;
  readonly terminalSockets: TerminalSockets;
  readonly events: JupyterEvents;
  readonly eventSockets: EventSockets;
  readonly runs: Runs;
  readonly runsApi: RunsApiParts;
  readonly contents: VersionedContents;
  readonly shared: ComposedDocuments;
  readonly collaboration: ComposedCollaboration | null;
  readonly live: ReturnType<typeof composeLive>;
  readonly models: ComposedModels;
  readonly agents: ComposedAgents;
  readonly mcp: ComposedMcp;
  readonly frontEnds: FrontEnds;
  readonly log: CountedEventLog;
  readonly logger: Logger;
  readonly shutdown: () => void;
}): ServerRoutes {
  const { settings, paths, authenticator, authorize, kernels, sessions, placed, terminals } = parts;
  const { runs, runsApi, contents, shared, collaboration, frontEnds, log, logger } = parts;
  const { activity, metrics, events, signedInSockets, terminalSockets, eventSockets, live } = parts;
  const { baseUrl } = settings;
  return {
    publicRoutes: [
      publicOperationRoutes({ version: JUPYTER_SERVER_VERSION }),
      loginRoutes(authenticator, signedInSockets, logger),
      metricsRoutes(metrics, authorize),
      parts.mcp.publicRoutes,
      ...frontEnds.publicRoutes,
    ],
    authenticatedRoutes: [
      operationRoutes({
        authorize,
        activity,
        version: JUPYTER_SERVER_VERSION,
        baseUrl,
        countKernels: () => kernels.count,
        countConnections: () => kernels.connections,
        shutdown: parts.shutdown,
        logger,
      }),
      kernelRoutes({ kernels, baseUrl, authorize }),
      sessionRoutes({ sessions, baseUrl, authorize }),
      kernelspecRoutes({
        kernelspecs: placed.kernelspecs,
        logosOf: (kernelspec) => placed.logosOf(kernelspec),
        baseUrl,
        authorize,
        logger,
        sendFile: frontEnds.sendFile,
      }),
      ...placed.routes,
      contentsRoutes({
        store: shared.contents,
        baseUrl,
        authorize,
        kernelDirectory: (id) => directoryOf(kernels, id),
      }),
      filesRoutes({ files: shared.contents, baseUrl, authorize }),
      nbconvertRoutes({
        notebooks: shared.contents,
        baseUrl,
        authorize,
        prefix: paths.prefix,
        userConfig: paths.userConfig,
      }),
      terminalRoutes(terminals, authorize),
      eventRoutes(events, authorize),
      ...runsApi.routes,
      ...(collaboration?.routes ?? []),
      ...(settings.collaboration === 'off'
        ? []
        : [outputRoutes({ authorize, find: (sha256) => shared.findOutput(sha256) })]),
      composeHistory({
        versions: contents.versions,
        ledger: runs.ledger,
        store: contents.store,
        documents: shared.documents,
        saveDocument: (document) => shared.save(document),
        outputsFor: (document, bytes) => shared.outputsFor(document, bytes),
        log,
        authorize,
      }),
      shareRoutes({
        ...{ baseUrl, authorize, logger },
        viewToken: settings.viewToken,
        isTokenAsked: authenticator.enabled,
      }),
      parts.models.routes,
      parts.agents.routes,
      parts.mcp.keyRoutes,
      configSectionRoutes(new ConfigSections(paths, logger), authorize),
      identityRoutes(authenticator, authorize),
      ...live.routes,
      ...frontEnds.authenticatedRoutes,
    ],
    upgradeRoutes: [
      ...kernelUpgradeRoutes({
        kernels,
        authorize,
        logger,
        liveText: {
          limitBytes: settings.liveTextBytes,
          textPath: (runId, name) => runs.textPath(runId, name),
        },
      }),
      ...terminalSockets.upgradeRoutes,
      ...eventSockets.upgradeRoutes,
      ...live.upgradeRoutes,
      ...placed.upgradeRoutes,
      ...(collaboration?.upgradeRoutes ?? []),
    ],
  };
}

function directoryOf(kernels: Kernels, id: string): string | undefined {
  return kernels.has(id) ? kernels.get(id).workingDirectory : undefined;
}
