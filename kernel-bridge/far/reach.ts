/** Whether a supervisor elsewhere can be reached. */
export type Reach =
  | { readonly state: 'reached'; readonly since: Date }
  /** It is being connected to, or its connection broke a moment ago. */
  | { readonly state: 'connecting'; readonly since: Date }
  /** It is tried again and again, or waited for. */
  | { readonly state: 'away'; readonly since: Date; readonly reason: string }
  /** Nobody needs it: it holds no kernel. */
  | { readonly state: 'unneeded' };
