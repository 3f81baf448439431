/**
 * Where jobs and pods dial in: at the address that they know the server by, which is seldom the one that it knows itself by.
 * @param own as the server says it, with its base URL
 * @param serverUrl as the settings say; null for none
 */
export function dialAddress(own: string, serverUrl: string | null): string {
  if (serverUrl === null) return own;
  const url = new URL(serverUrl);
  const { protocol, pathname, search } = new URL(own);
  // Whichever of the two schemes the server's own address has: http for a URL of the server, ws for one of a websocket.
  const isWebSocket = protocol.startsWith('ws');
  const scheme = url.protocol === 'https:' || url.protocol === 'wss:' ? 's:' : ':';
  const base = url.pathname.replace(/\/+$/, '');
  const path = pathname.startsWith(base) ? pathname : base + pathname;
  return `${isWebSocket ? 'ws' : 'http'}${scheme}//${url.host}${path}${search}`;
}
