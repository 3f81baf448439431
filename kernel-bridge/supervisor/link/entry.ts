import type { KernelLifecycleEvent } from '../../kernel.ts';
import type { KernelMessage } from '../../protocol/message.ts';

/** What a kernel said or became. */
export type EntryBody =
  | { readonly kind: 'message'; readonly message: KernelMessage }
  | { readonly kind: 'lifecycle'; readonly event: KernelLifecycleEvent };

/** In its place among all that one kernel said and became. */
export type Entry = EntryBody & { readonly position: number };
