// `url(…)` with single, double or no quotes.
const URL_IN_CSS = /url\(\s*(?:'([^']*)'|"([^"]*)"|([^'")\s]+))\s*\)/g;
// Absolute paths, anything with a scheme, and references inside of the same document.
const NOT_RELATIVE = /^(?:\/|[a-z][a-z0-9+.-]*:|#)/i;

/**
 * A theme's CSS with its relative addresses made absolute: Lab may put the text into the page itself, where they would
 * be taken from the page's address.
 * @param directoryUrl of the CSS file's folder, ending with `/`.
 */
export function absoluteThemeUrls(css: string, directoryUrl: string): string {
  return css.replace(URL_IN_CSS, (whole, single?: string, double?: string, bare?: string) => {
    const relative = single ?? double ?? bare ?? '';
    if (relative === '' || NOT_RELATIVE.test(relative)) return whole;
    const absolute = new URL(relative, `http://theme${directoryUrl}`);
    const target = absolute.pathname + absolute.search + absolute.hash;
    return `url('${target.replaceAll("'", '%27')}')`;
  });
}
