/**
 * Where to go after a login: the wished address if it is a path inside the base URL, else the base URL. Browsers take
 * `\` for `/` and `//host` for another site, so the parsed result is what counts, and what is returned.
 */
export function safeRedirect(wished: string | null, baseUrl: string): string {
  if (wished === null || !wished.startsWith('/')) return baseUrl;
  const nowhere = 'http://in-the-loop.invalid';
  let parsed: URL;
  try {
    parsed = new URL(wished.replaceAll('\\', '%5C'), nowhere);
  } catch {
    // Not an address at all.
    return baseUrl;
  }
  const inside = parsed.origin === nowhere && `${parsed.pathname}/`.startsWith(baseUrl);
  // A path may still begin with two slashes here (`/.//host`), which a browser reads as a host.
  if (!inside || parsed.pathname.startsWith('//')) return baseUrl;
  return parsed.pathname + parsed.search + parsed.hash;
}
