import type { LoadLauncher } from './place-launchers.ts';

/** What starts kernels elsewhere, by the `kind` of their targets. */
export const LAUNCHERS: Readonly<Record<string, LoadLauncher>> = {};
