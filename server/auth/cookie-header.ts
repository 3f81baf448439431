/** All values that a Cookie header holds for a name: browsers send one for each path that matches, closest first. */
export function cookieValues(header: string | undefined, name: string): string[] {
  if (header === undefined || !header.includes(`${name}=`)) return [];
  return header.split(';').flatMap((part) => {
    const equals = part.indexOf('=');
    if (equals < 0 || part.slice(0, equals).trim() !== name) return [];
    const value = part.slice(equals + 1).trim();
    return [value.startsWith('"') && value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value];
  });
}

export interface CookieAttributes {
  readonly path: string;
  readonly expires: Date;
  readonly httpOnly?: boolean;
  readonly sameSite?: 'Lax';
  readonly secure?: boolean;
}

/** A Set-Cookie header. */
export function setCookie(name: string, value: string, attributes: CookieAttributes): string {
  const parts = [`${name}=${value}`, `expires=${attributes.expires.toUTCString()}`];
  if (attributes.httpOnly === true) parts.push('HttpOnly');
  if (attributes.sameSite !== undefined) parts.push(`SameSite=${attributes.sameSite}`);
  if (attributes.secure === true) parts.push('Secure');
  return [...parts, `Path=${attributes.path}`].join('; ');
}
