import { Trace } from './trace.ts';

/** A cell as every copy of the notebook must have it: of a client, of the server, of the file. */
export interface FoundCell {
  readonly id: string;
  readonly source: string;
  /** Concatenated text of its stream outputs. */
  readonly printed: string;
}

/** A line that a person typed; no other is the same. It is a comment, so that cells can be run. */
export function tokenLine(token: string): string {
  return `#<${token}>\n`;
}

export function tokensIn(source: string): string[] {
  return [...source.matchAll(/#<([^<>\n]*)>\n/g)].map(([, token]) => token as string);
}

/** Each cell begins with this line, so that what it prints tells which cell ran. */
export function firstLine(cellId: string): string {
  return `print("ran ${cellId}")\n`;
}

/**
 * What must be in the notebook in the end, whoever did what when. A cell or a line that somebody deleted may be there or not
 * (another may have moved it at the same time); one that nobody deleted must be there, once.
 */
export class ExpectedNotebook {
  readonly trace = new Trace();
  readonly #cells = new Set<string>();
  readonly #deletedCells = new Set<string>();
  /** Of each token, the cell that it was typed into. */
  readonly #tokens = new Map<string, string>();
  readonly #deletedTokens = new Set<string>();
  /** Which somebody had lost with a moved cell when the connection was lost. */
  readonly #unsureTokens = new Set<string>();
  readonly #ranCells = new Set<string>();
  #next = 0;

  newName(): string {
    return String(++this.#next);
  }

  cellCreated(id: string): void {
    this.#cells.add(id);
    this.trace.note(`created ${id}`);
  }

  cellDeleted(id: string): void {
    this.#deletedCells.add(id);
    this.trace.note(`deleted ${id}`);
  }

  typed(token: string, cellId: string): void {
    this.#tokens.set(token, cellId);
    this.trace.note(`${token} typed into ${cellId}`);
  }

  tokenDeleted(token: string): void {
    this.#deletedTokens.add(token);
  }

  /**
   * Somebody's connection is lost. What went with a cell that was moved at the same time is not in their document any more;
   * where the server had not stored both by then, it cannot know better later.
   */
  connectionLost(sources: readonly string[], hasJustLost: (token: string, cellId: string) => boolean): void {
    const seen = new Set(sources.flatMap(tokensIn));
    for (const [token, cellId] of this.#tokens)
      if (!seen.has(token) && hasJustLost(token, cellId)) this.#unsureTokens.add(token);
  }

  ran(cellId: string): void {
    this.#ranCells.add(cellId);
    this.trace.note(`ran ${cellId}`);
  }

  /** What happened around the first cell that something is wrong with. */
  storyOf(faults: readonly string[]): string[] {
    const cellId = faults.flatMap((fault) => {
      const token = /the line (\S+) is there/.exec(fault)?.[1];
      return (
        (token === undefined
          ? /cell (\S+) (?:is lost$|has torn)/.exec(fault)?.[1]
          : this.#tokens.get(token)) ?? []
      );
    })[0];
    return cellId === undefined ? [] : this.trace.about(cellId);
  }

  /** @returns what is wrong, a sentence each; nothing if all is well */
  faultsOf(where: string, cells: readonly FoundCell[]): string[] {
    return [
      ...this.#cellFaults(cells),
      ...this.#tokenFaults(cells),
      ...cells.flatMap((cell) => this.#outputFaults(cell)),
    ].map((fault) => `${where}: ${fault}`);
  }

  #cellFaults(cells: readonly FoundCell[]): string[] {
    const counts = countOf(cells.map(({ id }) => id));
    const lost = [...this.#cells].filter((id) => !this.#deletedCells.has(id) && !counts.has(id));
    const doubled = [...counts].filter(([, count]) => count > 1);
    const unknown = [...counts.keys()].filter((id) => !this.#cells.has(id));
    return [
      ...lost.map((id) => `the cell ${id} is lost`),
      ...doubled.map(([id, count]) => `the cell ${id} is there ${count} times`),
      ...unknown.map((id) => `nobody made the cell ${id}`),
    ];
  }

  #tokenFaults(cells: readonly FoundCell[]): string[] {
    const found = cells.flatMap(({ source }) => tokensIn(source));
    const counts = countOf(found);
    const faults: string[] = [];
    for (const [token, cellId] of this.#tokens) {
      const count = counts.get(token) ?? 0;
      if (count > 1) faults.push(`the line ${token} is there ${count} times`);
      const mayBeGone = [this.#deletedTokens, this.#unsureTokens].some((set) => set.has(token));
      if (count === 0 && !mayBeGone && !this.#deletedCells.has(cellId))
        faults.push(`the line ${token} of the cell ${cellId} is lost`);
    }
    const places = cells.flatMap(({ id, source }) => tokensIn(source).map((token) => ({ id, token })));
    for (const { id, token } of places)
      if (this.#tokens.get(token) !== id) faults.push(`the line ${token} is in the wrong cell, ${id}`);
    return faults;
  }

  #outputFaults({ id, source, printed }: FoundCell): string[] {
    const line = `ran ${id}\n`;
    const faults: string[] = [];
    if (!source.startsWith(firstLine(id)))
      faults.push(`the cell ${id} has lost its first line: ${source.slice(0, 60)}`);
    const torn = source.replace(firstLine(id), '').replaceAll(/^#<[^<>\n]*>\n/gm, '');
    if (torn !== '') faults.push(`the cell ${id} has torn lines: ${JSON.stringify(torn.slice(0, 60))}`);
    if (printed !== '' && printed !== line) faults.push(`the cell ${id} shows ${JSON.stringify(printed)}`);
    if (printed === '' && this.#ranCells.has(id) && !this.#deletedCells.has(id))
      faults.push(`the output of the cell ${id} is lost`);
    return faults;
  }
}

function countOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
