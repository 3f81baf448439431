export interface CellKind {
  readonly kind: 'html' | 'javascript' | 'css';
  /** Without the first line that named its kind, which stays as an empty line: line numbers are the cell's. */
  readonly code: string;
}

const MAGIC = /^\s*%%(html|js|javascript|css)\b[^\n]*/i;

/** `%%html`, `%%js`, `%%javascript` or `%%css` say what a cell is; else one that begins with `<` is HTML, any other JavaScript. */
export function cellKind(source: string): CellKind {
  const magic = MAGIC.exec(source);
  if (magic !== null) {
    const name = (magic[1] as string).toLowerCase();
    const lines = magic[0].split('\n').length - 1;
    const code = '\n'.repeat(lines) + source.slice(magic[0].length);
    return { kind: name === 'js' ? 'javascript' : (name as CellKind['kind']), code };
  }
  return { kind: /^\s*</.test(source) ? 'html' : 'javascript', code: source };
}
