import type { KernelLimits } from '../../kernel-bridge/kernel.ts';
import type { KernelDocument } from './running-kernel-plan.ts';

export interface StartKernel {
  /** Who asks: a user name. */
  readonly actor: string;
  /** The page's host that asks, for kernels that run in pages. */
  readonly host?: string | null;
  /** Of its kernelspec; the default one's without it. */
  readonly name?: string | null;
  /** A new one by default. */
  readonly kernelId?: string | null;
  /** API path in whose folder it is to run. */
  readonly path?: string | null;
  /** Absolute folder to run in, instead of `path`. */
  readonly workingDirectory?: string | undefined;
  readonly document?: KernelDocument | null;
  readonly environment?: Readonly<Record<string, string>>;
  readonly limits?: KernelLimits | undefined;
}
