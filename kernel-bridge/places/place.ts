import type { LaunchRequest } from '../kernel.ts';
import type { Kernelspec } from '../kernelspecs/kernelspec.ts';
import type {
  FoundKernel,
  SupervisedKernel,
  SupervisedKernelListener,
} from '../supervisor/kernel-supervisor.ts';
import type { KernelUsage } from './kernel-usage.ts';
import type { LaunchAsker } from './launch-asker.ts';
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
   * Starts a kernel there. Its request is as for this machine; what of it means nothing there is replaced. Its kernelspec is
   * one of `kernelspecs()` with `place` set and named as the server names it (`nameAtPlace` tells what the place does); it is
   * to be handed on so, since a server that finds the kernel knows by it where it is. `environment` holds what was asked for
   * this kernel alone, and nothing of the server's own: that is no other machine's business (I10).
   * @param resources by the names of `resourceForm`, as a person chose them; empty for the place's own
   * @param asker who wants it: for places that are somebody's own, and nobody else's business
   * @throws KernelError KERNEL_LAUNCH_FAILED, KERNEL_SUPERVISOR_LOST; PlaceError
   */
  launch(
    request: LaunchRequest,
    resources: Readonly<Record<string, string>>,
    listener: SupervisedKernelListener,
    asker: LaunchAsker,
  ): Promise<SupervisedKernel>;
  /**
   * Kernels that it holds apart from the supervisor of this machine, and that nobody has adopted yet; also those that
   * cannot be reached at the moment. They are known when the place is made.
   */
  readonly found: readonly FoundKernel[];
  /** As `KernelSupervisor.adopt`, of those in `found`. */
  adopt(kernelId: string, after: number, listener: SupervisedKernelListener): SupervisedKernel;
  /**
   * Why none of its kernels can be reached now, for people; null while they can. Missing where the supervisor of this
   * machine holds them.
   */
  readonly outage?: string | null;
  /**
   * Told whenever the place may be otherwise than before: it came, went, or has other kernelspecs. Places that hear of none
   * of it by themselves leave it out, and are asked now and then. Called once, by whoever made it.
   */
  onChange?(listener: () => void): void;
  /** A person does not want to wait for the next try to reach it. */
  reconnect?(): void;
  /** A person trusts a host key that `PLACE_HOST_KEY_UNKNOWN` named. @throws PlaceError where it is another one by now */
  acceptHostKey?(fingerprint: string): Promise<void>;
  /** What its kernels use, by kernel id, of those that it knows it of; asked now and then. @throws KernelError, PlaceError */
  usage?(): Promise<ReadonlyMap<string, KernelUsage>>;
  /** The last of what a kernel wrote to its standard output and error there, where that is not on this machine. @throws PlaceError, KernelError */
  log?(kernelId: string): Promise<string>;
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
