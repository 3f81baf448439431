import type { FileFormat } from './file-format.ts';

/** Of contents that a client's may have been made of, the one that is most like it; null where none can be read. */
export async function nearestBase(
  format: FileFormat<unknown>,
  candidates: readonly Buffer<ArrayBuffer>[],
  theirs: unknown,
): Promise<unknown> {
  let base: unknown = null;
  let least = Infinity;
  for (const candidate of candidates) {
    const parsed = await format.parse(candidate).then(
      (known) => known.parsed,
      () => null, // what could not be read was given to nobody as a document
    );
    const distance = parsed === null ? Infinity : format.distance(parsed, theirs);
    if (distance < least) [base, least] = [parsed, distance];
  }
  return base;
}
