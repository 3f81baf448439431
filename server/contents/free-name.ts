/**
 * The first name that is free: `a.txt`, `a-Copy1.txt`, … The number goes before the first dot, for notebooks before
 * the last (`x.tar.gz` -> `x-Copy1.tar.gz`, `a.b.ipynb` -> `a.b-Copy1.ipynb`).
 * @param insert what stands before the number
 */
export async function freeName(
  name: string,
  insert: string,
  isTaken: (name: string) => Promise<boolean>,
): Promise<string> {
  const dot = name.endsWith('.ipynb') ? name.lastIndexOf('.') : name.indexOf('.');
  const base = dot < 0 ? name : name.slice(0, dot);
  const extension = dot < 0 ? '' : name.slice(dot);
  for (let number = 0; ; number += 1) {
    const candidate = `${base}${number === 0 ? '' : `${insert}${number}`}${extension}`;
    if (!(await isTaken(candidate))) return candidate;
  }
}

/** `a-Copy2.txt` -> `a.txt`: a copy of a copy is numbered on. */
export const withoutCopySuffix = (name: string): string => name.replaceAll(/-Copy\d*\./g, '.');
