const DEFAULT_PORT = '11434';

/** The address that `OLLAMA_HOST` means: Ollama itself takes a host, a port, both, or a URL, and '' for its own address. */
export function ollamaUrl(host: string): string {
  const given = host.trim().replace(/^["']|["']$/g, '');
  if (given === '') return `http://127.0.0.1:${DEFAULT_PORT}`;
  const hasScheme = /^https?:\/\//.test(given);
  const parsed = URL.parse(hasScheme ? given : `http://${given.startsWith(':') ? '127.0.0.1' : ''}${given}`);
  if (parsed === null) return given;
  // Where a server listens on every address, it is also here.
  if (parsed.hostname === '0.0.0.0' || parsed.hostname === '[::]') parsed.hostname = '127.0.0.1';
  if (parsed.port === '' && !hasScheme) parsed.port = DEFAULT_PORT;
  return parsed.href.replace(/\/+$/, '');
}
