import type { LaunchRequest } from '../../kernel-bridge/kernel.ts';
import type { Kernelspec } from '../../kernel-bridge/kernelspecs/kernelspec.ts';
import type { Place, ResourceForm } from '../../kernel-bridge/places/place.ts';
import type {
  FoundKernel,
  SupervisedKernel,
  SupervisedKernelListener,
} from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import { kernelspec } from './memory-kernelspecs.ts';
import { MemorySupervisor } from './memory-supervisor.ts';

/** A place that does what the test says, and has its kernels in memory. */
export class ScriptedPlace implements Place {
  readonly capabilities = { resume: true, limits: false, restart: true, pause: false };
  readonly supervisor: MemorySupervisor;
  /** What it answers when it is asked; a function may fail, or never answer. */
  offers: () => Promise<readonly Kernelspec[]> = () => Promise.resolve([kernelspec('python3')]);
  /** Fails each launch. */
  launchFailure: Error | null = null;
  outage: string | null = null;
  form: ResourceForm | null = null;
  readonly asked: string[] = [];
  readonly launched: {
    readonly request: LaunchRequest;
    readonly resources: Readonly<Record<string, string>>;
  }[] = [];
  readonly accepted: string[] = [];
  #changed: () => void = () => undefined;

  constructor(supervisor = new MemorySupervisor()) {
    this.supervisor = supervisor;
  }

  get found(): readonly FoundKernel[] {
    return this.supervisor.found;
  }

  kernelspecs(): Promise<readonly Kernelspec[]> {
    this.asked.push('kernelspecs');
    return this.offers();
  }

  async check(step: (text: string) => void): Promise<void> {
    step('Looks whether it is there');
    await this.offers();
  }

  resourceForm(): Promise<ResourceForm | null> {
    return Promise.resolve(this.form);
  }

  async launch(
    request: LaunchRequest,
    resources: Readonly<Record<string, string>>,
    listener: SupervisedKernelListener,
  ): Promise<SupervisedKernel> {
    this.launched.push({ request, resources });
    if (this.launchFailure !== null) throw this.launchFailure;
    return this.supervisor.launch(request, listener);
  }

  adopt(kernelId: string, after: number, listener: SupervisedKernelListener): SupervisedKernel {
    return this.supervisor.adopt(kernelId, after, listener);
  }

  onChange(listener: () => void): void {
    this.#changed = listener;
  }

  /** It is otherwise than before, and says so. */
  changes(): void {
    this.#changed();
  }

  acceptHostKey(fingerprint: string): Promise<void> {
    this.accepted.push(fingerprint);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.asked.push('close');
    return this.supervisor.close();
  }

  end(): Promise<void> {
    this.asked.push('end');
    return this.supervisor.end();
  }
}
