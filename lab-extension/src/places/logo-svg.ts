const ESCAPED: Readonly<Record<string, string>> = { '&': '&amp;', '"': '&quot;', '<': '&lt;' };

/** An SVG that draws the picture at a URL, of whatever format: JupyterLab makes icons of SVGs alone. */
export function logoSvg(url: string): string {
  const href = url.replace(/[&"<]/g, (character) => ESCAPED[character] as string);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 64 64"><image href="${href}" width="64" height="64"/></svg>`;
}
