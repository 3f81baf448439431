/** The codes of kernel-bridge that a host answers with. */
export type HostedErrorCode =
  | 'KERNEL_LAUNCH_FAILED'
  | 'KERNEL_NOT_READY'
  | 'KERNEL_DEAD'
  | 'KERNEL_OVERLOADED'
  | 'KERNEL_MESSAGE_INVALID';

export class HostedError extends Error {
  override readonly name = 'HostedError';

  constructor(
    readonly code: HostedErrorCode,
    message: string,
  ) {
    super(message);
  }
}
