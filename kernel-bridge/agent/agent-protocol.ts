import type { Kernelspec } from '../kernelspecs/kernelspec.ts';

/**
 * What an agent and a server say to each other as text, beside the link's bytes. The agent opens a websocket to
 * `LINK_PATH` with its key as `Authorization: Bearer`, and says `hello`. It hears `accepted`, and from then on the
 * server speaks the link with the supervisor behind it; or `refused`, and why, and the connection ends. While it is
 * connected it says `machine` whenever load and memory are otherwise.
 */
export const LINK_PATH = 'api/in-the-loop/v1/runtime-agents/link';

/** Raised when an agent of before would be misunderstood. */
export const AGENT_PROTOCOL = 1;

export type AgentSays =
  | {
      readonly type: 'hello';
      readonly protocol: number;
      /** The version of the whole program. */
      readonly program: string;
      /** Of this process; another one with the same key takes its place. */
      readonly instance: string;
      /** Of the folder that its kernels are kept in: a key that comes with another one has other kernels. */
      readonly machineId: string;
      /** Its clock, ISO 8601. */
      readonly now: string;
      readonly machine: AgentMachine;
    }
  | { readonly type: 'machine'; readonly machine: AgentMachine };

export interface AgentMachine {
  /** As whoever started it calls it; the host's name otherwise. */
  readonly name: string;
  readonly hostname: string;
  readonly platform: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly cpus: number;
  /** Of the last minute, as a share of all processors. */
  readonly load: number;
  /** Bytes. */
  readonly memory: number;
  readonly memoryFree: number;
  /** Absolute paths there. */
  readonly homeDirectory: string;
  readonly runtimeDirectory: string;
  readonly pythonPrefix: string;
  readonly kernelspecs: readonly Kernelspec[];
}

export type ServerSays =
  /** `note` is for people: clocks that differ, for one. */
  | { readonly type: 'accepted'; readonly title: string; readonly note: string | null }
  | { readonly type: 'refused'; readonly reason: RefusalReason; readonly message: string };

/** `replaced`: another process came with the same key; `not-now`: it is worth trying again. */
export type RefusalReason =
  'replaced' | 'revoked' | 'other-machine' | 'protocol' | 'not-understood' | 'not-now';
