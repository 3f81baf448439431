import type { EventLog } from '../event-log/event-log.ts';
import type { KernelspecFinder } from '../kernel-bridge/kernelspecs/kernelspec.ts';
import type { CellAnswerer } from './kernels/cell-answerer.ts';
import type { CommittedEvents } from './kernels/committed-events.ts';
import { IdleCuller } from './kernels/idle-culler.ts';
import type { KernelModel } from './kernels/kernel-model.ts';
import type { Kernels } from './kernels/kernels.ts';
import type { Logger } from './logger.ts';
import type { RunLedger } from './runs/run-ledger.ts';
import { parseKernelLine } from './secondary-kernels/asked-kernel.ts';
import { SecondaryKernels } from './secondary-kernels/secondary-kernels.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { ServerSettings } from './settings.ts';

export interface ComposedSecondaryKernels {
  readonly kernels: SecondaryKernels;
  /** Also sends cells on that ask for another kernel. */
  answering(answerer: CellAnswerer): CellAnswerer;
  /** Sessions and kernels of an earlier server are taken over, with what runs on them. @throws EventLogError */
  adopt(): Promise<void>;
  observe(committed: CommittedEvents): void;
  /** The notebook some of whose cells a kernel runs beside the notebook's own; null for none. */
  notebookOf(kernelId: string): string | null;
  /** The first sequence of a kernel's stream that has not been relayed; Infinity for one of which nothing is. */
  readonly neededFrom: (kernelId: string) => number;
  /** Nothing more is followed, and no idle kernel ended. Idempotent; kernels are their owner's to close. */
  close(): Promise<void>;
}

/** Kernels that run cells beside their notebooks' own. */
export function composeSecondaryKernels(deps: {
  readonly log: EventLog;
  readonly logger: Logger;
  readonly settings: Pick<ServerSettings, 'cullIdle' | 'cullConnected'>;
  /** Of this machine and all places. */
  readonly placed: { readonly kernelspecs: KernelspecFinder };
  /** Cells say where they ran, once a notebook uses several kernels. */
  readonly ledger: Pick<RunLedger, 'nameOwnKernels'>;
  readonly kernels: () => Kernels;
  readonly sessions: () => Sessions;
}): ComposedSecondaryKernels {
  const { log, logger, kernels, sessions } = deps;
  const secondaries = new SecondaryKernels({
    log,
    logger,
    kernelspecs: deps.placed.kernelspecs,
    kernels: {
      has: (id) => kernels().has(id),
      isExpected: (id) => kernels().isExpected(id),
      get: (id) => kernels().get(id),
      start: (request) => kernels().start(request),
      interrupt: (id, actor) => kernels().interrupt(id, actor),
      shutdown: (id, actor) => kernels().shutdown(id, actor),
      setDocument: (id, document, isRename) => kernels().setDocument(id, document, isRename),
    },
    documentOf: (primaryId) => sessions().documentOf(primaryId),
    kernelOf: (path) => sessions().kernelOf(path),
  });
  deps.ledger.nameOwnKernels(({ kernelId, id, code }) => {
    // One that is another's, and that says nothing else, was not run; of what was chosen for it, its text does not say.
    if (parseKernelLine(code) !== null || secondaries.wasNotRun(id)) return null;
    if (secondaries.of(kernelId).length === 0 || !kernels().has(kernelId)) return null;
    const { name: kernel, displayName, place } = kernels().get(kernelId);
    return { kernel, display_name: displayName, place };
  });
  const list = (): KernelModel[] =>
    kernels()
      .list()
      .map((model) => {
        const primaryId = secondaries.primaryOf(model.id);
        if (primaryId === null || !kernels().has(primaryId)) return model;
        const { connections } = kernels().get(primaryId).model;
        return { ...model, connections: model.connections + connections };
      });
  const { cullIdle: after, cullConnected: connected } = deps.settings;
  // Whoever has a notebook open is connected to the kernels beside its own too.
  const cullable = { list, cull: (id: string) => kernels().cull(id) };
  const culler = after === null ? null : new IdleCuller({ kernels: cullable, after, connected, logger });
  return {
    kernels: secondaries,
    answering: (answerer) => ({ ...answerer, elsewhere: secondaries }),
    async adopt() {
      await sessions().restore();
      await secondaries.restore();
      await kernels().adoptFound((id) => sessions().documentOf(id) ?? secondaries.documentOf(id));
      await secondaries.start();
    },
    neededFrom: (kernelId) => secondaries.neededFrom(kernelId),
    notebookOf: (kernelId) => secondaries.documentOf(kernelId)?.path ?? null,
    observe: (committed) => secondaries.observe(committed),
    close() {
      culler?.close();
      secondaries.close();
      return Promise.resolve();
    },
  };
}
