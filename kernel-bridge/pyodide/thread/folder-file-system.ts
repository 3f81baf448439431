import { type FolderClient, FolderError } from './folder-client.ts';
import { type FileState, LONGEST_ANSWER } from './folder-request.ts';

/** What we use of Emscripten's file system (its documentation: Filesystem API, "lib/libnodefs.js" as the example). */
export interface EmscriptenFileSystem {
  createNode(parent: Node | null, name: string, mode: number, device: number): Node;
  mount(type: object, options: object, path: string): void;
  mkdirTree(path: string): void;
  chdir(path: string): void;
  isDir(mode: number): boolean;
  readonly ErrnoError: new (number: number) => Error;
}
interface Node {
  name: string;
  parent: Node;
  readonly mount: { readonly mountpoint: string; readonly root?: Node };
  node_ops: object;
  stream_ops: object;
  mode: number;
  readonly id: number;
}
interface Stream {
  readonly node: Node;
  readonly flags: number;
  position: number;
}
interface Attributes {
  readonly size?: number;
  readonly mtime?: Date | number;
}

/** As WASI numbers them. */
const ERRORS: Readonly<Record<string, number>> = {
  ...{ EACCES: 2, EBUSY: 10, EEXIST: 20, EFBIG: 22, EINVAL: 28, EIO: 29, EISDIR: 31, ELOOP: 32, EMFILE: 33 },
  ...{
    ENAMETOOLONG: 37,
    ENOENT: 44,
    ENOSPC: 51,
    ENOTDIR: 54,
    ENOTEMPTY: 55,
    EPERM: 63,
    EROFS: 69,
    EXDEV: 75,
  },
};
const APPEND = 0o2000;
const BLOCK = 4096;

/** The folder of the notebook as a file system of Emscripten. Nothing is kept here: each look is one at the disk. */
export function folderFileSystem(fs: EmscriptenFileSystem, folder: FolderClient): object {
  const attempt = <T>(what: () => T): T => {
    try {
      return what();
    } catch (error) {
      if (!(error instanceof FolderError)) throw error;
      throw new fs.ErrnoError(ERRORS[error.code] ?? ERRORS['EIO'] ?? 29);
    }
  };
  const isRoot = (node: Node): boolean => node.parent === node;
  const pathOf = (node: Node): string =>
    isRoot(node) ? '' : isRoot(node.parent) ? node.name : `${pathOf(node.parent)}/${node.name}`;
  const childOf = (parent: Node, name: string): string =>
    isRoot(parent) ? name : `${pathOf(parent)}/${name}`;
  const stateOf = (path: string): FileState => attempt(() => folder.read({ ask: 'stat', path }) as FileState);

  function nodeOf(parent: Node | null, name: string, mode: number): Node {
    const node = fs.createNode(parent, name, mode, 0);
    node.node_ops = nodeOperations;
    node.stream_ops = streamOperations;
    return node;
  }

  const nodeOperations = {
    getattr(node: Node) {
      const { mode, size, modified } = stateOf(pathOf(node));
      const time = new Date(modified);
      const times = { atime: time, mtime: time, ctime: time };
      const blocks = Math.ceil(size / BLOCK);
      const owner = { nlink: 1, uid: 0, gid: 0, rdev: 0 };
      return { dev: 1, ino: node.id, mode, ...owner, size, ...times, blksize: BLOCK, blocks };
    },
    setattr(node: Node, { size, mtime }: Attributes) {
      const path = pathOf(node);
      if (size !== undefined) attempt(() => folder.ask({ ask: 'truncate', path, size }));
      if (mtime !== undefined) attempt(() => folder.ask({ ask: 'utime', path, modified: Number(mtime) }));
    },
    lookup(parent: Node, name: string) {
      return nodeOf(parent, name, stateOf(childOf(parent, name)).mode);
    },
    mknod(parent: Node, name: string, mode: number) {
      const path = childOf(parent, name);
      attempt(() => folder.ask({ ask: fs.isDir(mode) ? 'mkdir' : 'create', path }));
      return nodeOf(parent, name, stateOf(path).mode);
    },
    rename(node: Node, parent: Node, name: string) {
      attempt(() => folder.ask({ ask: 'rename', path: pathOf(node), to: childOf(parent, name) }));
      node.name = name;
      node.parent = parent;
    },
    unlink: (parent: Node, name: string) =>
      void attempt(() => folder.ask({ ask: 'unlink', path: childOf(parent, name) })),
    rmdir: (parent: Node, name: string) =>
      void attempt(() => folder.ask({ ask: 'rmdir', path: childOf(parent, name) })),
    readdir: (node: Node) =>
      attempt(() => ['.', '..', ...(folder.read({ ask: 'list', path: pathOf(node) }) as string[])]),
    symlink() {
      throw new fs.ErrnoError(ERRORS['EPERM'] ?? 63);
    },
    readlink() {
      throw new fs.ErrnoError(ERRORS['EINVAL'] ?? 28);
    },
  };

  const streamOperations = {
    read(stream: Stream, into: Uint8Array, offset: number, length: number, position: number) {
      const path = pathOf(stream.node);
      for (let done = 0; ;) {
        const ask = { ask: 'read', path, position: position + done, length: length - done } as const;
        const bytes = attempt(() => folder.ask(ask));
        into.set(bytes, offset + done);
        done += bytes.length;
        if (bytes.length === 0 || done === length) return done;
      }
    },
    write(stream: Stream, from: Uint8Array, offset: number, length: number, position: number) {
      const path = pathOf(stream.node);
      for (let done = 0; done < length; done += LONGEST_ANSWER) {
        const bytes = new Uint8Array(
          from.subarray(offset + done, offset + Math.min(length, done + LONGEST_ANSWER)),
        );
        attempt(() => folder.ask({ ask: 'write', path, position: position + done, bytes }));
      }
      return length;
    },
    open(stream: Stream) {
      if ((stream.flags & APPEND) !== 0) stream.position = stateOf(pathOf(stream.node)).size;
    },
    llseek(stream: Stream, offset: number, whence: number) {
      const from = whence === 1 ? stream.position : whence === 2 ? stateOf(pathOf(stream.node)).size : 0;
      if (from + offset < 0) throw new fs.ErrnoError(ERRORS['EINVAL'] ?? 28);
      return from + offset;
    },
  };

  return { mount: () => nodeOf(null, '/', stateOf('').mode) };
}
