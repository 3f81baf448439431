/** The kernel that was chosen for a cell, as its metadata say under `in_the_loop`: the name of a kernelspec; null for none. */
export function chosenKernel(ours: unknown): string | null {
  const kernel =
    typeof ours === 'object' && ours !== null ? (ours as Readonly<Record<string, unknown>>)['kernel'] : null;
  return typeof kernel === 'string' && kernel.trim() !== '' ? kernel.trim() : null;
}
