/** Where links lead to. */
export interface LinkBase {
  /** `https://host/base/`, without a query: what identifies a person to the server is not theirs to hand on. */
  readonly serverUrl: string;
  /** The page that shows notebooks: `lab/tree` in JupyterLab, `notebooks` in Notebook 7. */
  readonly page: 'lab/tree' | 'notebooks';
}

const CELL = '#cell-id=';

/** A link that opens a notebook, at a cell of it if one is named; a stock JupyterLab understands it too. */
export function notebookLink({ serverUrl, page }: LinkBase, path: string, cellId?: string): string {
  const base = new URL(serverUrl);
  const parts = path.split('/').map(encodeURIComponent).join('/');
  const folder = base.pathname.endsWith('/') ? base.pathname : `${base.pathname}/`;
  const link = `${base.origin}${folder}${page}/${parts}`;
  return cellId === undefined ? link : `${link}${CELL}${encodeURIComponent(cellId)}`;
}

/** The cell that the address of this page asks for. */
export function cellOfHash(hash: string): string | null {
  if (!hash.startsWith(CELL)) return null;
  try {
    return decodeURIComponent(hash.slice(CELL.length)) || null;
  } catch {
    // Somebody cut the link in the middle of a percent sign: it names no cell, and still opens the notebook.
    return null;
  }
}
