import { constants as bufferConstants } from 'node:buffer';
import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { ContentError } from './content-error.ts';

/** The whole of a regular file, in as few reads as the system allows. @throws ContentError for what is no file */
export async function readBytes(diskPath: string): Promise<Buffer<ArrayBuffer>> {
  const notAFile = (): ContentError => new ContentError('invalid', `Cannot read non-file ${diskPath}`);
  const info = await stat(diskPath).catch(() => null);
  if (info === null || !info.isFile()) throw notAFile();
  if (info.size > bufferConstants.MAX_STRING_LENGTH) {
    throw new ContentError('invalid', `File is too large to be opened, download it instead: ${diskPath}`);
  }
  // Opening a fifo that took the file's place meanwhile must not wait for a writer.
  const handle = await open(diskPath, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    let bytes = Buffer.allocUnsafeSlow(info.size + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length, null);
      if (bytesRead === 0) return bytes.subarray(0, length);
      length += bytesRead;
      if (length === bytes.length) bytes = Buffer.concat([bytes], length * 2); // It grew since it was looked at.
    }
  } finally {
    await handle.close();
  }
}
