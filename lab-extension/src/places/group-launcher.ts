import type { JupyterFrontEnd } from '@jupyterlab/application';
import { ILauncher } from '@jupyterlab/launcher';
import type { RuntimesModel } from '../runtimes/runtimes-model.ts';
import { groupByPlace, type LauncherCommands } from './launcher-places.ts';

/** Groups JupyterLab's launcher by place from now on, with their states. Nothing where the page has no launcher. */
export async function groupLauncher(
  app: JupyterFrontEnd,
  model: RuntimesModel,
  ours: LauncherCommands,
): Promise<void> {
  const launcher = await app.resolveOptionalService(ILauncher);
  if (launcher === null) return;
  const { kernelspecs } = app.serviceManager;
  const group = (): void => {
    // Telling of it brings us here again, with nothing to do then.
    if (groupByPlace(launcher.items(), kernelspecs.specs, model.places, ours))
      launcher.stateChanged.emit(undefined);
  };
  launcher.stateChanged.connect(group);
  model.changed.connect(group);
  group();
  await model.refresh();
}
