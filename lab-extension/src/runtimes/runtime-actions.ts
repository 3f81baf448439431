import type { RuntimeModel } from '../../../server/wire/runtime.ts';

/** What can be done with a kernel from the list. What goes wrong is said there; nothing rejects. */
export interface RuntimeActions {
  openNotebook(path: string): void;
  interrupt(runtime: RuntimeModel): Promise<void>;
  restart(runtime: RuntimeModel): Promise<void>;
  stop(runtime: RuntimeModel): Promise<void>;
  reconnect(runtime: RuntimeModel): Promise<void>;
  move(runtime: RuntimeModel): Promise<void>;
  /** @returns null where it cannot be had, which is said */
  log(runtime: RuntimeModel): Promise<string | null>;
  copy(text: string): void;
}
