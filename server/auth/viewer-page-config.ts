import type { Identity } from './identity.ts';

/** What a page is told whose person may only look: it does not offer what would be refused. */
export function viewerPageConfig({ right }: Identity): Readonly<Record<string, unknown>> {
  if (right === 'full') return {};
  return { inTheLoopViewOnly: true, notebookStartsKernel: false, terminalsAvailable: false };
}
