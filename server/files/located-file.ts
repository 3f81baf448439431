/** A file that may be streamed, with what its name says of it. */
export interface LocatedFile {
  readonly diskPath: string;
  readonly name: string;
  readonly mimeType: string | null;
  /** `gzip` for `x.tar.gz`. */
  readonly encoding: string | null;
}

/** Who knows which files are served; what is hidden or outside rejects with an `HttpError`. */
export interface FileLocator {
  locateFile(path: string): Promise<LocatedFile>;
}
