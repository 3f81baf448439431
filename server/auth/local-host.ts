import { isIP } from 'node:net';

/**
 * Whether a Host header names this machine's loopback. A page whose domain was made to point at 127.0.0.1 carries its
 * own name there (DNS rebinding). No Host at all means HTTP/1.0, which no browser speaks.
 */
export function isLocalHost(host: string | undefined): boolean {
  if (host === undefined || host === '') return true;
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  switch (isIP(name)) {
    case 4:
      return name.startsWith('127.');
    case 6:
      return name === '::1' || /^::ffff:127\./i.test(name);
    default:
      return name === 'localhost';
  }
}
