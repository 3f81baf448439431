import { shortenText } from '../shorten-text.ts';
import type { OutputView } from './notebook-view.ts';
import { terminalText } from './terminal-text.ts';

const firstOwnFrames = 3;
const lastOwnFrames = 6;
const lastLibraryFrames = 2;

type Block =
  | { readonly type: 'own' | 'library'; readonly lines: string[] }
  | { readonly type: 'said'; readonly line: string };

/**
 * The useful part of an error: the frames in the notebook's own cells and in the person's own files, of each stretch of library frames
 * the last ones with the line that failed, and what was raised.
 */
export function tracebackText(error: OutputView & { output_type: 'error' }, characters: number): string {
  const said = `${error.ename}: ${terminalText(error.evalue)}`;
  const blocks = blocksOf(terminalText(error.traceback.join('\n')));
  const ownFrames = blocks.filter(({ type }) => type === 'own').length;
  const lines: string[] = [];
  let own = 0;
  for (const [index, block] of blocks.entries()) {
    if (block.type === 'said') {
      lines.push(block.line);
      continue;
    }
    if (block.type === 'own') {
      own += 1;
      if (own <= firstOwnFrames || own > ownFrames - lastOwnFrames) lines.push(...block.lines);
      else if (own === firstOwnFrames + 1) {
        lines.push(`[… ${ownFrames - firstOwnFrames - lastOwnFrames} frames left out …]`);
      }
      continue;
    }
    const toCome = blocks.slice(index + 1).findIndex(({ type }) => type !== 'library');
    const behind = toCome === -1 ? blocks.length - index - 1 : toCome;
    if (behind < lastLibraryFrames) lines.push(...failingLine(block.lines));
    else if (lines.at(-1) !== libraryFramesLeftOut) lines.push(libraryFramesLeftOut);
  }
  const text = lines.join('\n').trim();
  const whole =
    text.includes(said) || lines.some((line) => line.includes(error.ename)) ? text : `${text}\n${said}`;
  return shortenText(whole.trim(), characters);
}

const libraryFramesLeftOut = '[… frames of libraries left out …]';

/** The header of a frame and the line that an arrow points at. */
function failingLine(lines: readonly string[]): string[] {
  const [header = '', ...code] = lines;
  const arrow = code.filter((line) => /^\s*-+>/.test(line));
  return [header, ...(arrow.length > 0 ? arrow : code.slice(0, 1))];
}

function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = [];
  for (const line of text.split('\n')) {
    const last = blocks.at(-1);
    if (/^\s*-{20,}$/.test(line) || /Traceback \(most recent call last\):?$/.test(line)) continue;
    // No header is longer, and what an output may be is not searched again and again.
    const start = line.slice(0, 1_000);
    if (isFrameHeader(start)) blocks.push({ type: isLibrary(start) ? 'library' : 'own', lines: [line] });
    else if (last && last.type !== 'said' && /^(?:\s+\S|\s*-+>|\(\.\.\.\))/.test(line)) last.lines.push(line);
    else if (line.trim() !== '') blocks.push({ type: 'said', line });
  }
  return blocks;
}

/** As IPython 7 to 9 and Python itself write it. */
function isFrameHeader(line: string): boolean {
  return /^\s{0,2}(?:(?:Cell|Input) In ?\[\d+\]|<ipython-input-|File |~?\/\S+\.py\S* in |[\w./\\~-]+\.pyx? in )/.test(
    line,
  );
}

function isLibrary(header: string): boolean {
  return /site-packages|dist-packages|[/\\]lib[/\\]python\d|<frozen |\.p[yx][xi]\b|<(?:string|decorator|__array_function__)/.test(
    header,
  );
}
