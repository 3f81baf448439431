/**
 * The language that a notebook's kernelspec speaks of; JupyterLab knows it of notebooks that were run. Python where a notebook
 * names no kernel; '' where nobody can tell.
 * @param kernelspec of the notebook's metadata
 */
export function writtenIn(kernelspec: unknown): string {
  if (typeof kernelspec !== 'object' || kernelspec === null) return 'python';
  const { name, language } = kernelspec as Readonly<Record<string, unknown>>;
  if (typeof language === 'string' && language !== '') return language;
  return /python|pyodide/i.test(String(name)) ? 'python' : '';
}
