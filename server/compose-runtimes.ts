import { join } from 'node:path';
import type { Router } from 'express';
import type { EventLog } from '../event-log/event-log.ts';
import { KernelError } from '../kernel-bridge/kernel.ts';
import type { Kernelspec, KernelspecFinder } from '../kernel-bridge/kernelspecs/kernelspec.ts';
import { supervisorFiles } from '../kernel-bridge/supervisor/supervisor-files.ts';
import type { Authorize } from './auth/authorize.ts';
import { HttpError } from './http-error.ts';
import type { Kernels } from './kernels/kernels.ts';
import type { PlaceMetricSources } from './operations/place-metrics.ts';
import { THIS_MACHINE } from './places/place-id.ts';
import type { PlacedSupervisor } from './places/placed-supervisor.ts';
import type { Places } from './places/places.ts';
import { kernelNews, outputTail } from './runtimes/kernel-log.ts';
import type { RuntimeActions } from './runtimes/routes.ts';
import { runtimeRoutes } from './runtimes/routes.ts';
import type { RuntimePlace } from './runtimes/runtimes.ts';
import { Runtimes } from './runtimes/runtimes.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { ServerSettings } from './settings.ts';
import type { RuntimeHost } from './wire/runtime.ts';
import type { WarmKernelsModel } from './wire/warm-kernels.ts';

const HERE: RuntimePlace = { id: THIS_MACHINE, title: 'This machine', kind: 'local', outage: null };

/** Kernels and where they run, for those who look after them. */
export function composeRuntimes(deps: {
  readonly settings: ServerSettings;
  readonly places: Places;
  readonly supervisor: PlacedSupervisor;
  /** Of this machine and all places. */
  readonly kernelspecs: KernelspecFinder;
  readonly kernels: () => Kernels;
  readonly sessions: () => Sessions;
  /** The page that runs a kernel. */
  readonly hostOf: (kernelId: string) => RuntimeHost | null;
  /** The notebook some of whose cells a kernel runs beside the notebook's own; null for none. */
  readonly besideNotebook: (kernelId: string) => string | null;
  /** What waits for a notebook. */
  readonly warm: () => readonly WarmKernelsModel[];
  /** What notebooks say of their kernel, as pages do that choose another one. */
  readonly setKernelspec: (path: string, kernelspec: Kernelspec, actor: string) => Promise<void>;
  readonly log: EventLog;
  readonly authorize: Authorize;
}): { readonly routes: readonly Router[]; readonly metricSources: PlaceMetricSources } {
  const { settings, places, supervisor, kernels, sessions, log, authorize } = deps;
  const runtimes = new Runtimes({
    kernels: () => kernels().running(),
    placeOf(id) {
      if (id === null) return HERE;
      const held = places.find(id);
      if (held === undefined) return { id, title: id, kind: 'agent', outage: 'This place is gone.' };
      return { id, title: held.title, kind: held.kind, outage: held.place?.outage ?? null };
    },
    notebookOf: (kernelId) => sessions().notebookSession(kernelId)?.path ?? deps.besideNotebook(kernelId),
    hostOf: deps.hostOf,
    usage: () => supervisor.usage(),
  });

  function endedRuns(kernelId: string): number {
    return kernels().get(kernelId).stream.executions.length;
  }

  const actions: RuntimeActions = {
    async move(kernelId, kernelspec, actor) {
      const count = endedRuns(kernelId);
      const session = sessions().notebookSession(kernelId);
      if (session === null) throw new HttpError(409, 'No notebook runs on this kernel.');
      const known = await deps.kernelspecs.find(kernelspec);
      if (known === undefined)
        throw new KernelError('KERNEL_SPEC_UNKNOWN', `There is no kernel named ${kernelspec}.`);
      const { kernel } = await sessions().change(session.id, { kernel: { name: kernelspec } }, actor);
      await deps.setKernelspec(session.path, known, actor);
      return {
        kernelId: kernel.id,
        kernelspec,
        endedRuns: count,
        note: `The notebook now runs on ${known.spec.display_name}. ${keptText(count)}`,
      };
    },
    async end(kernelId, actor) {
      const count = endedRuns(kernelId);
      await kernels().shutdown(kernelId, actor);
      return {
        kernelId: null,
        kernelspec: null,
        endedRuns: count,
        note: `The kernel was ended. ${keptText(count)}`,
      };
    },
    async log(kernelId) {
      const { place } = kernels().get(kernelId);
      const held = place === null ? undefined : places.find(place);
      const { folder } = supervisorFiles(settings.stateDirectory, settings.socketFolder);
      const [news, output] = await Promise.all([
        kernelNews(log, kernelId),
        held?.place?.log?.(kernelId) ?? outputTail(join(folder, 'kernels', kernelId, 'output.log')),
      ]);
      return output === '' ? news : `${news}\n${output}`;
    },
  };
  return {
    routes: [runtimeRoutes({ runtimes, actions, warm: deps.warm, authorize })],
    metricSources: {
      kernels: () =>
        kernels()
          .running()
          .map(({ place, model }) => ({
            place: place ?? THIS_MACHINE,
            state: model.waiting === undefined ? model.execution_state : 'waiting',
          })),
      warm: deps.warm,
      places: () =>
        places.list().map(({ id, kind, state, reconnects }) => ({ id, kind, state: state.kind, reconnects })),
    },
  };
}

function keptText(endedRuns: number): string {
  const kept = 'Its outputs, its history of runs and what is typed in it are kept; the variables are gone.';
  if (endedRuns === 0) return kept;
  const cells = endedRuns === 1 ? 'One cell' : `${endedRuns} cells`;
  return `${kept} ${cells} had not ended, and did not go on: run ${endedRuns === 1 ? 'it' : 'them'} again.`;
}
