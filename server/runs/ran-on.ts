import type { JsonObject } from './nbformat-output.ts';

/** Which kernel ran a cell that is not its notebook's own. */
export interface RanOn {
  /** The name of its kernelspec. */
  readonly kernel: string;
  /** For people. */
  readonly display_name: string;
  /** The id of its place; null for the server's machine. */
  readonly place: string | null;
}

/** As the metadata of a message say that was relayed from there; null for what the notebook's own kernel said. */
export function ranOnIn({ in_the_loop: ours }: JsonObject): RanOn | null {
  if (typeof ours !== 'object' || ours === null || Array.isArray(ours)) return null;
  const { kernel, display_name: name, place = null } = ours as Readonly<Record<string, unknown>>;
  if (typeof kernel !== 'string' || typeof name !== 'string') return null;
  return { kernel, display_name: name, place: typeof place === 'string' ? place : null };
}
