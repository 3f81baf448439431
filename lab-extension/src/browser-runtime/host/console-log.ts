import type { HostLog } from '../../../../kernel-bridge/hosted/link/host.ts';

/** For whoever looks into the browser's console. */
export const consoleLog: HostLog = {
  info: () => undefined,
  // eslint-disable-next-line no-console -- the only log that a browser has
  warn: (fields, message) => console.warn(`In the Loop: ${message}`, fields),
};
