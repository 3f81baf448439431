import type { ProtocolRange } from '../codec/protocol-version.ts';

/** What a host says to the server in JSON: a part of kernel-bridge/supervisor/link/down.ts. */
export type Down =
  | {
      readonly type: 'welcome';
      readonly protocol: number;
      readonly program: string;
      readonly pid: number;
      readonly kernels: readonly {
        readonly launch: Readonly<Record<string, unknown>>;
        readonly state: KernelState;
        readonly last: number;
      }[];
      readonly terminals: readonly never[];
    }
  | { readonly type: 'unwelcome'; readonly protocols: ProtocolRange; readonly program: string }
  | { readonly type: 'taken-over' }
  | { readonly type: 'kernel-state'; readonly state: KernelState }
  | { readonly type: 'handed-over'; readonly kernelId: string; readonly number: number }
  | {
      readonly type: 'refused';
      readonly kernelId: string;
      readonly number: number;
      readonly error: LinkedError;
    }
  | ({ readonly type: 'answer'; readonly id: number } & Answer);

export interface Answer {
  readonly error?: LinkedError;
  readonly result?: unknown;
  readonly last?: number;
}

export interface LinkedError {
  readonly code: string | null;
  readonly message: string;
}

export interface KernelState {
  readonly kernelId: string;
  readonly pid: null;
  readonly connectionFile: null;
  readonly isOver: boolean;
}
