import { isOldPyodide } from './old-pyodide.ts';
import type { Pyodide, PyodideEngine } from './pyodide.ts';

/** In Python's file system. Imported from as it is, for unpacking takes longer than IPython's import. */
const ARCHIVE = '/lib/in-the-loop.zip';

/** Puts our archive where Python finds it. A snapshot has no files: this is needed with one, too. */
export function placeArchive(pyodide: Pyodide, archive: Uint8Array): void {
  pyodide._module.FS.writeFile(ARCHIVE, archive);
}

/** Imports what every kernel needs. Expressions alone: a name that is assigned here would be one of the user's. */
export function importKernel(pyodide: Pyodide): void {
  const path = '__import__("sys").path';
  pyodide.runPython(`"${ARCHIVE}" in ${path} or ${path}.append("${ARCHIVE}")`);
  pyodide.runPython('__import__("in_the_loop_kernel.start")');
}

/**
 * The memory of a Python that has done all this and imported what errors and completions need besides: tens of megabytes that
 * compress to a quarter. It fits this distribution and this archive alone.
 */
export async function makeSnapshot(
  distributionUrl: string,
  archive: Uint8Array,
  engine: Pick<PyodideEngine, 'loadPyodide'>,
): Promise<Uint8Array> {
  const silent = () => undefined;
  const options = { indexURL: distributionUrl, env: {}, stdout: silent, stderr: silent };
  const pyodide = await engine.loadPyodide({ ...options, _makeSnapshot: true });
  if (isOldPyodide(pyodide)) throw new Error('This Pyodide is too old to make snapshots.');
  placeArchive(pyodide, archive);
  importKernel(pyodide);
  pyodide.runPython('__import__("in_the_loop_kernel.warm").warm.warm()');
  return pyodide.makeMemorySnapshot();
}
