import { once } from 'node:events';
import { hostname } from 'node:os';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { EventLog } from '../event-log/event-log.ts';
import { machineKernelspecs } from '../kernel-bridge/environments/machine-kernelspecs.ts';
import { pyodideKernelspec } from '../kernel-bridge/pyodide/pyodide-kernelspec.ts';
import { PyodideKernelspecs } from '../kernel-bridge/pyodide/pyodide-kernelspecs.ts';
import { OnDemandSupervisor } from '../kernel-bridge/supervisor/on-demand-supervisor.ts';
import { Activity } from './activity.ts';
import { Authenticator } from './auth/authenticator.ts';
import { authorizeSignedIn as authorize } from './auth/authorize.ts';
import { isLocalHost } from './auth/local-host.ts';
import { loadOrCreateSecret } from './auth/secret-file.ts';
import { SignedInSockets } from './auth/signed-in-sockets.ts';
import { promptNote } from './collaboration/prompt-note.ts';
import { agentWork } from './compose-agent-work.ts';
import { composeAgents } from './compose-agents.ts';
import { composeAiCells } from './compose-ai-cells.ts';
import {
  cellRuns,
  collaborationAttachment,
  composeCollaboration,
  runPrompts,
} from './compose-collaboration.ts';
import { composeContents } from './compose-contents.ts';
import { outputReferences, runResults, widgetSource } from './compose-document-results.ts';
import { composeDocuments, type ComposedDocuments } from './compose-documents.ts';
import { composeLive } from './compose-live.ts';
import { composeMcp } from './compose-mcp.ts';
import { composeModels } from './compose-models.ts';
import { composeNotebookOutputs } from './compose-notebook-outputs.ts';
import { composePlaces } from './compose-places.ts';
import { bytesOf, composeRetention } from './compose-retention.ts';
import { composeRoutes } from './compose-routes.ts';
import { composeRuns, composeRunsApi, type RunsApiParts } from './compose-runs.ts';
import { composeSecondaryKernels } from './compose-secondary-kernels.ts';
import { composeWarmPool } from './compose-warm-pool.ts';
import { contentsServiceEventOf } from './content-change-events.ts';
import type { ContentChange } from './contents/content-store.ts';
import { CountedEventLog } from './counted-event-log.ts';
import { CONTENTS_EVENTS, KERNEL_EVENTS } from './events/event-schema.ts';
import { EventSockets } from './events/event-sockets.ts';
import { JupyterEvents } from './events/jupyter-events.ts';
import { createFrontEnds } from './front-ends.ts';
import { createHttpApp, httpServerOptions } from './http-app.ts';
import type { JupyterPaths } from './jupyter-paths.ts';
import { JUPYTER_SERVER_VERSION } from './jupyter-server-version.ts';
import { ClientProgresses } from './kernels/client-progress.ts';
import { Kernels } from './kernels/kernels.ts';
import type { ListeningServer } from './listening-server.ts';
import type { Logger } from './logger.ts';
import { createServer } from './node-http.ts';
import { notebookMetadata } from './notebook-metadata.ts';
import { notebookPackages } from './notebook-packages.ts';
import { Metrics } from './operations/metrics.ts';
import { Sessions } from './sessions/sessions.ts';
import type { ServerSettings } from './settings.ts';
import { serverTraits } from './server-traits.ts';
import { shellCommand } from './terminals/shell-command.ts';
import { TerminalSockets } from './terminals/terminal-sockets.ts';
import { Terminals } from './terminals/terminals.ts';
import { handleUpgrades } from './upgrade.ts';
import { urlHost } from './url-host.ts';
import { VERSION } from './version.ts';

/** Our own prebuilt extension, built beside the compiled server. */
const EXTENSION_DIRECTORY = join(import.meta.dirname, '..', 'labextensions');

/**
 * Puts the server together and listens.
 * @param deps.shutdown asks for the whole process to stop (`POST /api/shutdown`)
 * @throws the listening socket's own error (EADDRINUSE and the like), with nothing left open
 */
export async function startServer(deps: {
  readonly settings: ServerSettings;
  readonly paths: JupyterPaths;
  readonly log: EventLog;
  readonly logger: Logger;
  readonly shutdown: () => void;
}): Promise<ListeningServer> {
  const { settings, paths, logger } = deps;
  const { baseUrl, rootDirectory, ip } = settings;
  const areShared = settings.collaboration !== 'off';
  const log = new CountedEventLog(deps.log);
  const activity = new Activity();
  // Beside the work that needs no kernels.
  const connectingSupervisor = OnDemandSupervisor.open({ ...settings, programVersion: VERSION, log: logger });
  const secret = await loadOrCreateSecret(join(settings.stateDirectory, 'cookie-secret'));
  const authenticator = new Authenticator({ ...settings, secret });
  const signedInSockets = new SignedInSockets();
  const events = new JupyterEvents();
  const eventSockets = new EventSockets(events, authorize, logger);

  const installed = machineKernelspecs({
    projects: [rootDirectory],
    dataDirectories: paths.data,
    pythonPrefix: paths.prefix,
    warn: (fields, message) => logger.warn(fields, message),
  });
  const kernelspecs = new PyodideKernelspecs(installed, () => pyodideKernelspec(settings.pyodide));
  const runs = await composeRuns({
    stateDirectory: settings.stateDirectory,
    largeDataBytes: settings.largeDataBytes,
    baseUrl,
    log,
    logger,
  });
  const outputs = await composeNotebookOutputs({
    stateDirectory: settings.stateDirectory,
    runs: runs.ledger,
    documentOf: (kernelId) => kernels.documentOf(kernelId),
    notebooksOn: (kernelId) => sessions.notebooksOn(kernelId),
    isShared: (path) => shared.documents.loadedAt(path) !== null,
    isDocument: async (path) => areShared && (await shared.isKnown(path)),
    warn: (message) => logger.warn(message),
  });
  const here = await connectingSupervisor;
  const metadata = notebookMetadata({
    documents: () => shared.documents,
    store: () => contents.store,
    areShared,
  });
  // Where notebooks are files alone, pages that have one open would ask what to do about the change.
  const packages = areShared ? notebookPackages({ ledger: runs.ledger, metadata, baseUrl, logger }) : null;
  const placed = await composePlaces({
    ...{ settings, here, kernelspecs, log, authorize, logger },
    secret,
    url: () => `http://${ip === '0.0.0.0' ? hostname() : urlHost(ip)}:${port}${baseUrl}`,
    runtimeDirectory: paths.runtime,
    kernels: () => kernels,
    sessions: () => sessions,
    besideNotebook: (id) => beside.notebookOf(id),
    warm: () => warm.pool.list(),
    documents: () => shared.documents,
    metadata,
    started: activity.started,
  });
  const models = composeModels(settings.ai, authorize);
  const aiCells = composeAiCells(models);
  const warm = composeWarmPool({ settings, paths, kernelspecs, placed, kernels: () => kernels, logger });
  const asked = { ledger: runs.ledger, kernels: () => kernels, sessions: () => sessions };
  const beside = composeSecondaryKernels({ settings, log, logger, placed, ...asked });
  const kernels: Kernels = new Kernels({
    ...warm.supply,
    kernelspecs: placed.kernelspecs,
    progresses: ClientProgresses.open(join(settings.stateDirectory, 'client-progress'), logger),
    log,
    logger,
    maxKernels: settings.maxKernels,
    answerer: beside.answering(aiCells),
    onAction(action) {
      events.emit(KERNEL_EVENTS, { ...action });
      if (action.action === 'shutdown') warm.pool.lookAgain();
    },
    onCommitted(committed) {
      beside.observe(committed);
      placed.news.changed();
      runs.onCommitted(committed);
      packages?.observe(committed);
      retention.grew(bytesOf(committed));
    },
    onSocketOpened: (kernelId, socket) => outputs.onSocketOpened(kernelId, socket),
    onSocketClosed: (kernelId, socket) => outputs.onSocketClosed(kernelId, socket),
  });
  const retention = composeRetention({
    log,
    logger,
    kernels,
    relayedFrom: beside.neededFrom,
    ledger: runs.ledger,
    texts: runs.texts,
    mostBytes: settings.logBytes,
    mostAge: settings.logAge,
    removeOld: (before) => shared.removeOld(before),
  });
  const sessions: Sessions = new Sessions({
    kernels,
    log,
    logger,
    rootDirectory,
    hasRun: areShared ? (kernelId) => runs.hasRun(kernelId) : null,
  });
  await beside.adopt();
  activity.addSource(() => kernels.lastActivity);

  /** Sessions and runs follow their documents. */
  async function onContentChange(change: ContentChange): Promise<void> {
    if (change.action === 'rename') await sessions.renamed(change.sourcePath, change.path, change.actor);
    await runs.onContentChange(change);
    await outputs.onContentChange(change);
    await shared.onContentChange(change);
    events.emit(CONTENTS_EVENTS, contentsServiceEventOf(change));
  }
  const contents = await composeContents({
    rootDirectory,
    stateDirectory: settings.stateDirectory,
    userData: paths.userData,
    prefix: paths.prefix,
    versionsBytes: settings.versionsBytes,
    log,
    outputs: outputs.outputs,
    warn: (message) => logger.warn(message),
    onLogged: onContentChange,
  });
  const { store } = contents;
  outputs.saveInto({
    exists: (path) => store.fileExists(path),
    rewrite: (path, edit) => store.rewriteNotebook(path, edit),
  });
  const shared: ComposedDocuments = composeDocuments({
    log,
    store,
    stateDirectory: settings.stateDirectory,
    idle: settings.documentIdle * 1000,
    warn: (message) => logger.warn(message),
    results: runResults(
      runs.ledger,
      () => runsApi.batches,
      settings.collaboration === 'stock' ? (runId) => promptNote(baseUrl, runId) : null,
    ),
    references: outputReferences(settings),
    widgets: widgetSource(log, runs.ledger, (path) =>
      kernels.list().flatMap(({ id }) => (kernels.documentOf(id) === path ? [id] : [])),
    ),
    onUnloaded: (path) => outputs.onDocumentClosed(path),
    attachments: areShared ? [collaborationAttachment(events)] : [],
  });
  aiCells.readFrom(shared.contents);
  const collaboration = !areShared
    ? null
    : composeCollaboration({
        documents: shared.documents,
        versions: contents.versions,
        events,
        authorize,
        logger,
        save: (document) => shared.save(document),
        runs: cellRuns(runs.ledger, () => runsApi),
        prompts: runPrompts(runs.ledger, () => runsApi.api),
      });
  const runsApi: RunsApiParts = await composeRunsApi({
    ledger: runs.ledger,
    texts: runs.texts,
    kernels,
    sessions,
    store,
    documents: shared.documents,
    baseUrl,
    log,
    logger,
    authorize,
  });
  runsApi.start();

  let port = settings.port;
  const url = (): string => `http://${urlHost(ip)}:${port}${baseUrl}`;
  const terminals = new Terminals({
    host: here.terminals,
    rootDirectory,
    serverUrl: url,
    shell: shellCommand(process.env, process.stdin.isTTY),
    environment: process.env,
    logger,
  });
  const terminalSockets = new TerminalSockets(terminals, authorize, logger);
  activity.addSource(() => terminals.lastActivity());

  const metrics = new Metrics({
    register: placed.registerMetrics,
    version: JUPYTER_SERVER_VERSION,
    activity,
    kernelNames: () => kernels.list().map(({ name }) => name),
    countConnections: () => kernels.connections,
    countTerminals: () => terminals.count,
    countAppendedEvents: () => log.appended,
  });
  const frontEnds = createFrontEnds({
    settings,
    paths,
    traits: serverTraits(settings),
    extensionDirectories: [EXTENSION_DIRECTORY],
    store,
    authorize,
    logger,
  });

  const agents = composeAgents({
    log,
    documents: shared.documents,
    contents: shared.contents,
    rootDirectory,
    openModel: (id) => models.open(id),
    limits: settings.ai.limits,
    approvalsExpire: settings.ai.approvalsExpire,
    ...agentWork({ kernels, ledger: runs.ledger, runsApi, shared, authorize }),
    authorize,
    logger,
  });
  const mcp = composeMcp({ log, agents, authenticator, authorize });
  const live = composeLive({
    settings,
    documents: shared.documents,
    save: (document) => shared.save(document),
    agents: agents.feed,
    runtimes: placed.news,
    isDisabled: (plugin) => frontEnds.isDisabled(plugin),
    authorize,
    logger,
  });
  const routes = composeRoutes({
    settings,
    paths,
    authenticator,
    signedInSockets,
    authorize,
    activity,
    metrics,
    kernels,
    placed,
    sessions,
    terminals,
    terminalSockets,
    events,
    eventSockets,
    runs,
    runsApi,
    contents,
    shared,
    collaboration,
    live,
    models,
    agents,
    mcp,
    frontEnds,
    log,
    logger,
    shutdown: deps.shutdown,
  });
  const allowRemoteHosts = !isLocalHost(ip);
  const app = createHttpApp({
    authenticator,
    allowRemoteHosts,
    defaultPath: 'lab',
    ...routes,
    activity,
    logger,
    onAnswered: metrics.observe,
  });

  const server = createServer(httpServerOptions, app);
  handleUpgrades(server, routes.upgradeRoutes, {
    authenticator,
    sockets: signedInSockets,
    allowRemoteHosts,
    logger,
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= closeAll(() => kernels.close()));
  const end = (): Promise<void> => (closing ??= closeAll(() => kernels.end()));
  async function closeAll(leaveKernels: () => Promise<void>): Promise<void> {
    server.close();
    eventSockets.close();
    terminals.close();
    terminalSockets.close();
    await Promise.all([beside.close(), mcp.close(), agents.close()]);
    await runsApi.close();
    live.close();
    placed.close();
    collaboration?.close();
    await packages?.close();
    await shared.close();
    await Promise.all([leaveKernels(), frontEnds.close()]);
    await outputs.close();
    await retention.close();
    await Promise.all([contents.close(), runs.close()]);
    server.closeAllConnections();
  }
  try {
    server.listen(settings.port, ip);
    await once(server, 'listening');
  } catch (error) {
    await close();
    throw error;
  }
  port = (server.address() as AddressInfo).port;
  void agents.resume();
  placed.places.refreshAll();
  void warm.pool.open();
  // Which kernels are over is known then.
  void kernels.recordLost().then(() => retention.run());
  return {
    port,
    url: url(),
    versions: contents.versions,
    count: () => ({ kernels: kernels.count, terminals: terminals.count }),
    close,
    end,
  };
}
