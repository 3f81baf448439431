import type { Readable } from 'node:stream';
import type { AfterMark } from './far-command.ts';

/** More is no line that a script of ours prints. */
const LONGEST = 4000;

/**
 * The first line behind the mark. What follows it stays in the stream.
 * @returns what there was, if the stream ends before; empty for nothing
 */
export function readFirstLine(stream: Readable, after: AfterMark): Promise<string> {
  return new Promise((resolve) => {
    let text = Buffer.alloc(0);
    const done = (line: Buffer, rest: Buffer): void => {
      stream.pause();
      stream.off('data', take).off('close', ended);
      if (rest.length > 0) stream.unshift(rest);
      resolve(line.toString());
    };
    const take = (chunk: Buffer): void => {
      text = Buffer.concat([text, after.push(chunk)]);
      const end = text.indexOf('\n');
      if (end >= 0) done(text.subarray(0, end), text.subarray(end + 1));
      else if (text.length > LONGEST) done(text, Buffer.alloc(0));
    };
    const ended = (): void => done(text, Buffer.alloc(0));
    stream.on('data', take).on('close', ended);
  });
}
