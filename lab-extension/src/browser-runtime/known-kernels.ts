import type { ServiceManager } from '@jupyterlab/services';
import type { YNotebook } from '@jupyter/ydoc';
import { CHOSEN_KEY } from '../../../server/wire/ran-on.ts';
import { askedKernel, kernelspecOf } from '../cell-kernels/cell-kernel.ts';
import type { ILiveDocuments } from '../tokens.ts';
import type { KnownKernels } from './host-requests.ts';

/** What the page knows of kernels and of the cells that it has open. */
export function knownKernels(
  { kernels, sessions, kernelspecs }: ServiceManager.IManager,
  live: ILiveDocuments | null,
): KnownKernels {
  return {
    specOf(kernelId) {
      for (const { id, name } of kernels.running()) if (id === kernelId) return name;
      for (const { kernel } of sessions.running()) if (kernel?.id === kernelId) return kernel.name;
      return null;
    },
    kernelsOf(path, cells) {
      const document = live?.at(path) ?? null;
      if (document === null || document.kind.type !== 'notebook') return [];
      const specs = kernelspecs.specs?.kernelspecs ?? {};
      const wanted = new Set(cells);
      return (document.sharedModel as YNotebook).cells
        .filter((cell) => wanted.has(cell.getId()))
        .flatMap((cell) => {
          const asked = askedKernel(cell.getSource(), cell.getMetadata(CHOSEN_KEY));
          return asked === null ? [] : (kernelspecOf(asked.name, specs) ?? []);
        });
    },
  };
}
