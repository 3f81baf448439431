import type { RuntimeNews } from '../../server/live/page-runtimes.ts';

/** A server on which no kernel and no place ever changes. */
export const silentRuntimes: RuntimeNews = { watch: () => () => undefined };
