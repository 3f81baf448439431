/** What a kernel of Pyodide may have and do, as the server was told. */
export interface PyodideSettings {
  /** Folder of a Pyodide distribution (`pyodide.mjs`, its wasm and standard library); null: the one that we depend on. */
  readonly distribution: string | null;
  /** Where its packages come from, with `pyodide-lock.json` there: a URL that ends with `/`, or an absolute folder. Null: the distribution's own place. */
  readonly packages: string | null;
  /** Whether it may speak to other machines, and to this one's servers. */
  readonly network: boolean;
  /** Bytes that Python may have. */
  readonly memory: number | null;
  /** Whether it may read and write the folder of its notebook. */
  readonly files: boolean;
}
