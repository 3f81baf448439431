import type { Kernelspec } from '../../kernel-bridge/kernelspecs/kernelspec.ts';

export type NamedKernel = { readonly kernelspec: Kernelspec } | { readonly problem: string };

/** More would fill the cell. */
const LISTED = 40;

/**
 * Which kernelspec a name means: its own, that of which it is the only display name, or the only one of which it is the end
 * (`html` for `browser.html`) or the language. Upper and lower case are one.
 * @param meant what Jupyter takes the name for (`python` for `python3`)
 */
export function namedKernel(
  name: string,
  kernelspecs: readonly Kernelspec[],
  meant: Kernelspec | undefined,
): NamedKernel {
  const wanted = name.toLowerCase();
  if (wanted === '') return { problem: `Write the name of a kernel behind %%kernel. ${listOf(kernelspecs)}` };
  const ways: ((kernelspec: Kernelspec) => boolean)[] = [
    (one) => one.name.toLowerCase() === wanted,
    (one) => one.name === meant?.name,
    (one) => one.spec.display_name.toLowerCase() === wanted,
    (one) => one.name.toLowerCase().endsWith(`.${wanted}`),
    (one) => one.spec.language.toLowerCase() === wanted,
  ];
  for (const isMeant of ways) {
    const [found, ...others] = kernelspecs.filter(isMeant);
    if (found === undefined) continue;
    if (others.length === 0) return { kernelspec: found };
    const names = [found, ...others].map((one) => one.name).join(', ');
    return { problem: `“${name}” is the name of several kernels: write one of ${names}.` };
  }
  return { problem: `There is no kernel named “${name}”. ${listOf(kernelspecs)}` };
}

function listOf(kernelspecs: readonly Kernelspec[]): string {
  if (kernelspecs.length === 0) return 'There are none.';
  const shown = kernelspecs.slice(0, LISTED).map(({ name, spec }) => `${name} (${spec.display_name})`);
  const rest = kernelspecs.length > LISTED ? `, and ${kernelspecs.length - LISTED} more` : '';
  return `There are: ${shown.join(', ')}${rest}.`;
}
