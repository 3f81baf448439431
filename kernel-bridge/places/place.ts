import type { LaunchRequest } from '../kernel.ts';
import type { Kernelspec } from '../kernelspecs/kernelspec.ts';
import type {
  FoundKernel,
  SupervisedKernel,
  SupervisedKernelListener,
} from '../supervisor/kernel-supervisor.ts';
import type { PlaceCapabilities } from './place-capabilities.ts';

/**
 * Where kernels run that are not processes of this machine: one cluster, host, gateway or machine that dials in. A place
 * knows what can be started there and how; that it was configured, and by whom, is the server's.
 */
export interface Place {
  readonly capabilities: PlaceCapabilities;
  /**
   * What can be started there, asked of the place. Names are those of the place; `place` is not set.
   * @throws PlaceError
   */
  kernelspecs(): Promise<readonly Kernelspec[]>;
  /**
   * Tries step by step whether kernels can be started there, without starting one.
   * @param step called with each before it is taken, in words for people: "Connects to login.example"
   * @throws PlaceError of the step that failed
   */
  check(step: (text: string) => void): Promise<void>;
  /** What may be asked for with a kernel there, read from the place; null where there is nothing to choose. @throws PlaceError */
  resourceForm(): Promise<ResourceForm | null>;
  /**
   * Starts a kernel there. Its request is as for this machine; what of it means nothing there is replaced.
   * @param resources by the names of `resourceForm`, as a person chose them; empty for the place's own
   * @throws KernelError KERNEL_LAUNCH_FAILED, KERNEL_SUPERVISOR_LOST; PlaceError
   */
  launch(
    request: LaunchRequest,
    resources: Readonly<Record<string, string>>,
    listener: SupervisedKernelListener,
  ): Promise<SupervisedKernel>;
  /**
   * Kernels that it holds apart from the supervisor of this machine, and that nobody has adopted yet; also those that
   * cannot be reached at the moment. They are known when the place is made.
   */
  readonly found: readonly FoundKernel[];
  /** As `KernelSupervisor.adopt`, of those in `found`. */
  adopt(kernelId: string, after: number, listener: SupervisedKernelListener): SupervisedKernel;
  /** Lets go of its kernels, which live on. Idempotent. */
  close(): Promise<void>;
  /** Ends its kernels, and all that it started to hold them. Idempotent. */
  end(): Promise<void>;
}

/** What a person is asked before a kernel is started, as a cluster has it. */
export interface ResourceForm {
  readonly fields: readonly ResourceField[];
}

export interface ResourceField {
  readonly name: string;
  /** For people. */
  readonly label: string;
  /** `choice` with `choices`; `text` of several lines where `multiline`. */
  readonly kind: 'choice' | 'number' | 'text' | 'duration';
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
  readonly multiline?: boolean;
  /** What the place takes without an answer, as it is shown; empty where it has none. */
  readonly initial: string;
  /** What it means, and its bounds: one line. */
  readonly help: string;
}
