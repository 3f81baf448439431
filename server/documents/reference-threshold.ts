/** Code units from which on an output is kept beside its document. */
export const LARGE = 64 * 1024;
/** What a document is to stay under. */
const MOST = 2 * 1024 * 1024;
/** A reference itself takes about that. */
const REFERENCE = 800;
/** Below that, a reference saves nothing. */
export const LEAST = 1024;

/**
 * From which size on outputs are kept beside their document: large ones, or as many as it takes for the document to stay
 * under 2 MB.
 * @param sizes of its outputs, in code units
 * @param rest what else is in it
 * @param onlyIfNeeded those that make up a document of under 2 MB stay in it, however large
 */
export function referenceThreshold(sizes: readonly number[], rest: number, onlyIfNeeded: boolean): number {
  let threshold = onlyIfNeeded ? Infinity : LARGE;
  const fits = (): boolean => {
    let total = rest;
    for (const size of sizes) total += size >= threshold ? REFERENCE : size;
    return total <= MOST;
  };
  while (!fits() && threshold > LEAST) threshold = threshold === Infinity ? LARGE : threshold / 2;
  return threshold;
}
