import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ISessionContextDialogs } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { PlaceModel } from '../../../server/wire/place.ts';
import { ApiClient, RequestRefused } from '../places/api-client.ts';
import type { CheckView } from '../places/check-view.ts';
import { confirmed } from '../places/confirmed.ts';
import { placeOfKernelspec } from '../places/place-of-kernelspec.ts';
import { PlacesClient } from '../places/places-client.ts';
import { PLACES_STYLE } from '../places/places-style.ts';
import { askForResources } from '../places/resource-question.ts';
import { addStyleSheet } from '../style-sheet.ts';
import { kernelActions } from './kernel-actions.ts';
import { OpenNotebooks } from './open-notebooks.ts';
import type { PlaceActions } from './place-actions.ts';
import { RuntimePanel } from './runtime-panel.ts';
import { RuntimesClient } from './runtimes-client.ts';
import type { RuntimesModel } from './runtimes-model.ts';
import { RUNTIMES_STYLE } from './runtimes-style.ts';

/** Loaded when somebody looks at the list for the first time. */
export function createRuntimePanel(deps: {
  readonly app: JupyterFrontEnd;
  readonly model: RuntimesModel;
  readonly tracker: INotebookTracker;
  readonly dialogs: ISessionContextDialogs | null;
  /** The command that makes a notebook with a kernel of the kernelspec `kernelName`. */
  readonly newNotebook: string;
}): RuntimePanel {
  const { app, model, tracker, dialogs } = deps;
  const services = app.serviceManager;
  addStyleSheet('places', PLACES_STYLE);
  addStyleSheet('runtime-list', RUNTIMES_STYLE);
  const api = new ApiClient(services.serverSettings);
  const client = new PlacesClient(api);
  const notebooks = new OpenNotebooks(app, tracker);
  const say = (text: string): void => panel.say(text);
  const nameOf = (kernelspec: string): string =>
    services.kernelspecs.specs?.kernelspecs[kernelspec]?.display_name ??
    // Of a place that is only tried: as it is called there.
    kernelspec.slice(kernelspec.indexOf('.') + 1);
  const failed = (error: unknown): void => say(messageOf(error));
  const refresh = (): Promise<void> => model.refresh();
  /** Else their notebooks hear of it within ten seconds. */
  async function kernelsEnded(): Promise<void> {
    await Promise.all([services.sessions.refreshRunning(), services.kernels.refreshRunning()]);
  }

  async function check(place: PlaceModel, shown: CheckView): Promise<void> {
    shown.begin();
    await client
      .check({ id: place.id }, (line) => shown.show(line))
      .catch((error: unknown) => shown.showProblem(messageOf(error)));
    await refresh();
  }

  async function end(place: PlaceModel, title: string, text: string, accept: string): Promise<boolean> {
    const there = model.runtimes.filter((runtime) => runtime.place.id === place.id);
    const names = there.map(({ notebook, displayName }) => notebook ?? displayName).join(', ');
    const kernels =
      there.length === 0
        ? 'No kernels run there now.'
        : `These end with it, and their variables are lost: ${names}. Outputs, history and what is typed are kept.`;
    return confirmed(title, `${text} ${kernels}`, accept);
  }

  const placeActions: Omit<PlaceActions, 'edit'> = {
    nameOf,
    notebookInFront() {
      const path = notebooks.inFront?.context.path;
      return path === undefined ? null : PathExt.basename(path);
    },
    tryIt: check,
    async trust(place, fingerprint, shown) {
      await client.acceptHostKey(place.id, fingerprint, null);
      await check(place, shown);
    },
    async reconnect({ id, title }) {
      say(`Asks ${title}…`);
      await client.refresh(id).then(() => say(''), failed);
      await refresh();
    },
    async remove(place) {
      if (!(await end(place, `Remove ${place.title}?`, 'Its kernels can be started no more.', 'Remove')))
        return;
      await client.remove(place.id, true).then(() => say(`${place.title} is removed.`), failed);
      await Promise.all([refresh(), kernelsEnded()]);
    },
    async revoke(place) {
      const text = 'The machine is disconnected at once, and its key is worth nothing any more.';
      if (!(await end(place, `Revoke the key of ${place.title}?`, text, 'Revoke'))) return;
      await client.revokeAgent(place.id).then(() => say(`The key of ${place.title} is revoked.`), failed);
      await Promise.all([refresh(), kernelsEnded()]);
    },
    async newNotebook(kernelspec) {
      await app.commands.execute(deps.newNotebook, { kernelName: kernelspec }).catch(failed);
      await refresh();
    },
    async useInNotebook(kernelspec) {
      const shown = notebooks.inFront;
      if (shown === null) return;
      const { sessionContext } = shown;
      const place = placeOfKernelspec(services.kernelspecs.specs, kernelspec);
      const path = services.contents.localPath(shown.context.path);
      const had = sessionContext.session?.kernel != null;
      try {
        if (place !== null && place.kind !== 'local' && !(await askForResources(client, place, path))) return;
        const kept =
          'Outputs, history and what is typed are kept. Its variables are not: its present kernel ends.';
        if (had && !(await confirmed(`Move ${PathExt.basename(path)}?`, kept, 'Move'))) return;
        say(`${PathExt.basename(path)} gets a kernel of ${nameOf(kernelspec)}…`);
        await sessionContext.changeKernel({ name: kernelspec });
        say('');
      } catch (error) {
        failed(error);
      }
      await refresh();
    },
  };

  const panel: RuntimePanel = new RuntimePanel({
    model,
    agents: () => client.agents(),
    makeAgentKey: (title) => client.makeAgentKey(title),
    form: { client, names: nameOf },
    placeActions,
    runtimeActions: kernelActions({
      client: new RuntimesClient(api),
      services,
      notebooks,
      dialogs,
      say,
      changed: refresh,
      ended: kernelsEnded,
    }),
  });
  tracker.currentChanged.connect(() => panel.isVisible && panel.showAgain());
  return panel;
}

function messageOf(error: unknown): string {
  if (error instanceof RequestRefused) return [error.message, error.remedy].join(' ').trim();
  return error instanceof Error ? error.message : String(error);
}
