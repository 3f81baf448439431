import { execFileSync } from 'node:child_process';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AfterMark, farCommand } from './far-command.ts';
import { readFirstLine } from './first-line.ts';

describe('a script that goes by standard input', () => {
  test('[H1] it reads the rest of the input itself, and what is run names nothing of it', () => {
    const far = farCommand(`read -r line\necho "it's $line"; cat`);
    expect(far.command).toMatch(/^exec sh -c '[^'!\\]*'$/);
    const input = Buffer.concat([far.input, Buffer.from('first\nrest\0')]);
    // Start-up files of a shell may print.
    const output = execFileSync('sh', ['-c', `echo Welcome; ${far.command}`], { input });
    expect(new AfterMark(far.mark).push(output).toString()).toBe("it's first\nrest\0");
  });

  test('the mark is found however the output is cut', () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(bytes, bytes, fc.array(fc.nat(9), { maxLength: 60 }), (before, behind, cuts) => {
        const output = Buffer.concat([before, Buffer.from('mark\n'), behind]);
        const after = new AfterMark('mark');
        const heard: Buffer[] = [];
        let at = 0;
        for (const cut of [...cuts, output.length]) {
          heard.push(after.push(output.subarray(at, at + cut)));
          at += cut;
        }
        expect(after.isReached).toBe(true);
        expect(Buffer.concat(heard)).toEqual(output.subarray(output.indexOf('mark\n') + 5));
      }),
    );
  });

  test('what follows the first line stays in the stream', async () => {
    const stream = new PassThrough();
    const line = readFirstLine(stream, new AfterMark('mark'));
    stream.write('noise\nmark\njoi');
    stream.write('ned\n\0bytes');
    expect(await line).toBe('joined');
    stream.end();
    const rest: Buffer[] = [];
    for await (const chunk of stream) rest.push(chunk as Buffer);
    expect(Buffer.concat(rest).toString()).toBe('\0bytes');
  });

  test('a stream that ends without one gives what there was', async () => {
    const stream = new PassThrough();
    const line = readFirstLine(stream, new AfterMark('mark'));
    stream.end('mark\nfailed');
    expect(await line).toBe('failed');
  });
});
