import { estimateTokens, estimateTokensOfContent } from '../estimate-tokens.ts';
import type { ContentPart } from '../message.ts';
import { cellContent, outlineOf } from './cell-content.ts';
import type { CellRoom } from './cell-content.ts';
import { dataNotice } from './data-label.ts';
import { describedImage } from './output-content.ts';
import type { Mention } from './mentions.ts';
import type { NotebookView } from './notebook-view.ts';
import { rankCells } from './rank-cells.ts';
import type { CellReason, RankedCell } from './rank-cells.ts';
import {
  runsText,
  unknownMentionsText,
  variablesText,
  fileContent,
  notebookLine,
  selectionText,
} from './surroundings.ts';

export interface PromptOptions {
  readonly mentions: readonly Mention[];
  /** How many tokens it may take, as `estimateTokens` counts. */
  readonly tokens: number;
  readonly takesImages: boolean;
}

/** What became of something that could have been told. */
export interface AccountEntry {
  readonly item: 'notebook' | 'cell' | 'file' | 'variables' | 'runs' | 'mention';
  /** Of a cell its id, of a file its path, of a mention what was written. */
  readonly name: string;
  readonly reason: CellReason | null;
  readonly told: 'whole' | 'shortened' | 'outline' | 'not';
  /** Estimated. */
  readonly tokens: number;
}

export interface NotebookPrompt {
  readonly parts: readonly ContentPart[];
  readonly account: readonly AccountEntry[];
}

const mostImages = 6;
/** About 3 MB: what the strictest of the providers takes in one image. */
const largestImage = 4_000_000;

/** From generous to short: the first that fits is taken. */
const rooms: readonly Omit<CellRoom, 'imageCharacters'>[] = [
  { sourceCharacters: 40_000, outputs: 20, characters: 12_000, tableRows: 60, tableColumns: 40 },
  { sourceCharacters: 8_000, outputs: 8, characters: 3_000, tableRows: 12, tableColumns: 20 },
  { sourceCharacters: 2_000, outputs: 4, characters: 800, tableRows: 6, tableColumns: 10 },
];
/** The first of `rooms` that is tried. */
const firstRoom: Readonly<Record<CellReason, number>> = {
  mentioned: 0,
  selected: 0,
  failed: 1,
  running: 1,
  near: 1,
  rest: 1,
};
/** For the line that counts the cells before one that is told of. */
const tokensOfGap = 5;
/** A notebook of many cells that do not fit is not tried to its end. */
const mostMisses = 8;

interface ToldCell {
  readonly content: readonly ContentPart[];
  readonly room: number;
}

/**
 * What a model is told of a notebook, within a budget and by stated priorities (SPEC.md), and an account of it. Pure: the same view
 * gives the same prompt.
 */
export function notebookPrompt(view: NotebookView, options: PromptOptions): NotebookPrompt {
  return new PromptBuilder(view, options).build();
}

class PromptBuilder {
  readonly #view: NotebookView;
  readonly #options: PromptOptions;
  readonly #account: AccountEntry[] = [];
  readonly #told = new Map<number, ToldCell>();
  readonly #outlined = new Map<number, string>();
  #left: number;
  #images = 0;

  constructor(view: NotebookView, options: PromptOptions) {
    this.#view = view;
    this.#options = options;
    this.#left = options.tokens - tokensOfGap;
  }

  build(): NotebookPrompt {
    const view = this.#view;
    const ranked = rankCells(view, this.#options.mentions);
    const head = this.#take('notebook', view.path, `${dataNotice}\n\n${notebookLine(view)}`);
    const selection = this.#take('notebook', 'selection', selectionText(view));
    const unknown = this.#take('mention', 'unknown', unknownMentionsText(view, this.#options.mentions));
    const isWanted = ({ reason }: RankedCell) => reason === 'mentioned' || reason === 'selected';
    for (const cell of ranked) if (isWanted(cell)) this.#tell(cell);
    const files = view.files.map((file) => {
      const room = Math.max(0, Math.min(this.#left / 2, 10_000)) * 4;
      return this.#take('file', file.path, fileContent(file, room));
    });
    for (const cell of ranked) {
      if (cell.reason !== 'rest' && !isWanted(cell)) this.#tell(cell);
    }
    const share = this.#options.tokens / 10;
    const variables = this.#take('variables', '', variablesText(view, this.#options.mentions, share));
    const runs = this.#take('runs', '', runsText(view, share));
    this.#outline(ranked);
    this.#tellRest(ranked);
    this.#accountForCells(ranked);
    const texts = [head, ...this.#cellsInOrder(), variables, runs, ...files, selection, unknown];
    return { parts: merged(texts), account: this.#account };
  }

  /** The text, if it fits. */
  #take(item: AccountEntry['item'], name: string, text: string): ContentPart {
    const tokens = estimateTokens(text);
    const fits = tokens <= this.#left || item === 'notebook';
    if (text !== '') {
      this.#account.push({
        item,
        name,
        reason: null,
        told: fits ? 'whole' : 'not',
        tokens: fits ? tokens : 0,
      });
    }
    if (fits) this.#left -= tokens;
    return { type: 'text', text: fits ? text : '' };
  }

  /** @returns whether there was room for it */
  #tell({ index, reason }: RankedCell, reserve = 0): boolean {
    for (let room = firstRoom[reason]; room < rooms.length; room += 1) {
      const content = this.#withinImages(this.#contentIn(index, room));
      const tokens = estimateTokensOfContent(content) + tokensOfGap;
      if (tokens <= this.#left + reserve) {
        this.#left -= tokens - reserve;
        this.#images += content.filter(({ type }) => type === 'image').length;
        this.#told.set(index, { content, room });
        return true;
      }
    }
    return false;
  }

  #contentIn(index: number, room: number): readonly ContentPart[] {
    const [cell, size] = [this.#view.cells[index], rooms[room]];
    if (!cell || !size) return [];
    const imageCharacters = this.#options.takesImages ? largestImage : 0;
    return cellContent(cell, index + 1, this.#view, { ...size, imageCharacters });
  }

  #withinImages(content: readonly ContentPart[]): readonly ContentPart[] {
    let left = mostImages - this.#images;
    return content.map((part) => {
      if (part.type !== 'image') return part;
      left -= 1;
      return left >= 0 ? part : describedImage(part);
    });
  }

  /** A line for each cell that is not told of, the headings first, in at most half of what is left. */
  #outline(ranked: readonly RankedCell[]): void {
    let room = this.#left / 2;
    const open = ranked.filter(({ index }) => !this.#told.has(index));
    const isHeading = ({ cell }: RankedCell) =>
      cell.kind === 'markdown' && cell.source.trimStart().startsWith('#');
    const rest = open.filter((one) => !isHeading(one));
    for (const one of [...open.filter(isHeading), ...rest]) {
      const line = outlineOf(one.cell, one.index + 1);
      // The others are next to one another, or to what is told of.
      const tokens = estimateTokens(line) + (isHeading(one) ? tokensOfGap : 1);
      if (tokens > room) break;
      room -= tokens;
      this.#left -= tokens;
      this.#outlined.set(one.index, line);
    }
  }

  /** What room is left goes to the other cells, in place of their lines. */
  #tellRest(ranked: readonly RankedCell[]): void {
    let misses = 0;
    for (const cell of ranked) {
      if (this.#told.has(cell.index)) continue;
      const line = this.#outlined.get(cell.index);
      const freed = line === undefined ? 0 : estimateTokens(line) + 1;
      if (this.#tell(cell, freed)) this.#outlined.delete(cell.index);
      else if ((misses += 1) >= mostMisses) return;
    }
  }

  #accountForCells(ranked: readonly RankedCell[]): void {
    for (const { cell, index, reason } of ranked) {
      const told = this.#told.get(index);
      const line = this.#outlined.get(index);
      const entry = { item: 'cell', name: cell.id, reason } as const;
      if (told) {
        const tokens = estimateTokensOfContent(told.content);
        this.#account.push({
          ...entry,
          told: this.#isShortened(index, told) ? 'shortened' : 'whole',
          tokens,
        });
      } else if (line !== undefined) {
        this.#account.push({ ...entry, told: 'outline', tokens: estimateTokens(line) });
      } else this.#account.push({ ...entry, told: 'not', tokens: 0 });
    }
  }

  /** By what is put in place of what is left out; an output that has such a line of its own counts as shortened too. */
  #isShortened(index: number, { content, room }: ToldCell): boolean {
    const cell = this.#view.cells[index];
    const size = rooms[room];
    if (!cell || !size) return false;
    if (cell.source.length > size.sourceCharacters || cell.outputs.length > size.outputs) return true;
    return content.some(
      (part) => part.type === 'text' && /left out …\]|^\[Image, not shown|\| … \|/.test(part.text),
    );
  }

  #cellsInOrder(): ContentPart[] {
    const parts: ContentPart[] = [];
    let missing = 0;
    for (const index of this.#view.cells.keys()) {
      const told = this.#told.get(index)?.content;
      const line = this.#outlined.get(index);
      if (!told && line === undefined) {
        missing += 1;
        continue;
      }
      if (missing > 0) parts.push({ type: 'text', text: missingCells(missing) });
      missing = 0;
      if (told) parts.push(...told);
      else parts.push({ type: 'text', text: line ?? '' });
    }
    if (missing > 0) parts.push({ type: 'text', text: missingCells(missing) });
    return parts;
  }
}

function missingCells(count: number): string {
  return `[${count} ${count === 1 ? 'cell' : 'cells'} not shown]`;
}

/** Texts one after the other in one part each between images. */
function merged(parts: readonly ContentPart[]): readonly ContentPart[] {
  const whole: ContentPart[] = [];
  let lines: string[] = [];
  const flush = () => {
    if (lines.length > 0) whole.push({ type: 'text', text: lines.join('\n').toWellFormed() });
    lines = [];
  };
  for (const part of parts) {
    if (part.type === 'text') {
      if (part.text !== '') lines.push(part.text);
      continue;
    }
    flush();
    whole.push(part);
  }
  flush();
  return whole;
}
