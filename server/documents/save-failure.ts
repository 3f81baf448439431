const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  EACCES: 'it may not be written',
  EPERM: 'it may not be written',
  EROFS: 'the file system is read-only',
  ENOENT: 'its folder is gone',
  ENOTDIR: 'its folder is gone',
  EIO: 'the disk has failed',
};

/** Why a document could not be put into its file, for people. */
export function messageOfSaveFailure(path: string, error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  const reason =
    (code !== undefined && REASONS[code]) || (error instanceof Error ? error.message : String(error));
  return `${path} could not be saved: ${reason}. Nothing is lost; it is tried again.`;
}
