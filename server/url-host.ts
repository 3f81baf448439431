/** A host as it stands in a URL: an address for all interfaces is no address to go to. */
export function urlHost(ip: string): string {
  if (ip === '0.0.0.0' || ip === '::') return '127.0.0.1';
  return ip.includes(':') ? `[${ip}]` : ip;
}
