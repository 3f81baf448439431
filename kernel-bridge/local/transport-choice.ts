import { basename } from 'node:path';
import type { Kernelspec } from '../kernelspecs/kernelspec.ts';

export type Transport = 'ipc' | 'tcp';

/** Kernels that are known to crash on ipc. */
const TCP_ONLY_PROGRAMS = new Set(['deno']);

/**
 * ipc is safer (file rights) and needs no ports, but not every kernel can. A kernelspec may say so by
 * `metadata.transport: "tcp"`; otherwise the first kernel of a spec shows it, and the answer is remembered.
 */
export class TransportChoice {
  readonly #preferred: Transport;
  /** By the folder of the kernelspec: a reinstalled one elsewhere is asked anew. */
  readonly #learned = new Map<string, Transport>();

  constructor(preferred: Transport) {
    this.#preferred = preferred;
  }

  transportFor(kernelspec: Kernelspec): Transport {
    const { argv, metadata } = kernelspec.spec;
    if (this.#preferred === 'tcp' || metadata['transport'] === 'tcp') return 'tcp';
    if (TCP_ONLY_PROGRAMS.has(basename(argv[0] ?? ''))) return 'tcp';
    return this.#learned.get(kernelspec.resourceDirectory) ?? 'ipc';
  }

  /** Whether ipc may be to blame if a kernel of this spec does not start. */
  mayBlameIpc(kernelspec: Kernelspec): boolean {
    return !this.#learned.has(kernelspec.resourceDirectory);
  }

  answeredOn(transport: Transport, kernelspec: Kernelspec): void {
    if (this.#preferred === 'ipc') this.#learned.set(kernelspec.resourceDirectory, transport);
  }
}
