import { askedKernel, kernelspecOf, type Kernelspecs } from '../cell-kernels/cell-kernel.ts';

/**
 * Why a cell of a private copy is not run: other notebooks' cells are sent to several kernels by the server, which has no part
 * in copies.
 * @param own name of the copy's kernelspec; null while there is none
 * @param choice what the cell's metadata say of its kernel
 * @returns for people; null where it may run
 */
export function asksForAnother(
  source: string,
  choice: unknown,
  own: string | null,
  specs: Kernelspecs,
): string | null {
  const asked = askedKernel(source, choice);
  if (asked === null || own === null) return null;
  if (asked.lineLength === 0 && kernelspecOf(asked.name, specs) === own) return null;
  const { display_name: name } = specs[own] ?? { display_name: own };
  // JupyterLab shows no more than 140 characters.
  return `Not run: the cell is for “${asked.name}”, and a private copy’s cells run on ${name}. Choose another kernel for it or the copy.`;
}
