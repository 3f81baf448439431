import type { KernelSpec } from '@jupyterlab/services';

/** The kernel that a cell asks for, as somebody wrote or chose it. */
export interface AskedKernel {
  readonly name: string;
  /** How much of the source says so: the line with `%%kernel`; 0 where it was chosen. */
  readonly lineLength: number;
}

export type Kernelspecs = Readonly<
  Record<string, Pick<KernelSpec.ISpecModel, 'name' | 'display_name' | 'language'> | undefined>
>;

const FIRST_LINE = /^[\s\ufeff]*%%kernel(?:[ \t]+(?<name>[^\r\n]*))?(?:\r?\n|$)/;

/** What is written counts more than what is chosen, as on the server. Null where the notebook's own kernel is meant. */
export function askedKernel(source: string, metadata: unknown): AskedKernel | null {
  const match = source.includes('%%kernel') ? FIRST_LINE.exec(source) : null;
  if (match !== null) return { name: match.groups?.['name']?.trim() ?? '', lineLength: match[0].length };
  if (typeof metadata !== 'object' || metadata === null) return null;
  const { kernel } = metadata as Readonly<Record<string, unknown>>;
  return typeof kernel === 'string' && kernel.trim() !== '' ? { name: kernel.trim(), lineLength: 0 } : null;
}

/** The name of the kernelspec that is meant, as the server takes it; null for none, or for one of several. */
export function kernelspecOf(name: string, specs: Kernelspecs): string | null {
  const wanted = name.toLowerCase();
  const all = Object.values(specs).filter((spec) => spec !== undefined);
  const meant = wanted === 'python' ? 'python3' : wanted;
  const ways: ((spec: (typeof all)[number]) => boolean)[] = [
    (spec) => spec.name.toLowerCase() === wanted,
    (spec) => spec.name.toLowerCase() === meant,
    (spec) => spec.display_name.toLowerCase() === wanted,
    (spec) => spec.name.toLowerCase().endsWith(`.${wanted}`),
    (spec) => spec.language.toLowerCase() === wanted,
  ];
  for (const isMeant of ways) {
    const found = all.filter(isMeant);
    if (found.length > 0) return found.length === 1 ? (found[0]?.name ?? null) : null;
  }
  return null;
}

/** The value of a cell's metadata under our key, with another choice. */
export function withChoice(
  metadata: unknown,
  kernel: string | null,
): Readonly<Record<string, unknown>> | null {
  const before = typeof metadata === 'object' && metadata !== null ? Object.entries(metadata) : [];
  const others = before.filter(([key]) => key !== 'kernel');
  const after = kernel === null ? others : [...others, ['kernel', kernel]];
  return after.length === 0 ? null : (Object.fromEntries(after) as Record<string, unknown>);
}
