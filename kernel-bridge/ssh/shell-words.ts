/** One word for a POSIX shell that means exactly this text. @throws TypeError for a zero byte, which no word can hold */
export function shellWord(text: string): string {
  if (text.includes('\0')) throw new TypeError('a word of a shell cannot hold a zero byte');
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

export function shellWords(texts: readonly string[]): string {
  return texts.map(shellWord).join(' ');
}

/** A path there as a person writes it: a leading `~/` is the home folder. */
export function shellPath(path: string): string {
  if (path === '~') return '"$HOME"';
  return path.startsWith('~/') ? `"$HOME"/${shellWord(path.slice(2))}` : shellWord(path);
}

/**
 * A value of a kernelspec's `env`, whose `$NAME` and `${NAME}` are variables there (contract §8): unknown ones stay as they
 * are, and `$$` is a dollar.
 */
export function shellTemplate(value: string): string {
  const variable = /\$(?:(\$)|([_a-zA-Z][_a-zA-Z0-9]*)|\{([_a-zA-Z][_a-zA-Z0-9]*)\})/g;
  let word = '';
  let end = 0;
  for (const match of value.matchAll(variable)) {
    word += shellWord(value.slice(end, match.index));
    const [whole, dollar, plain, braced] = match;
    // Of `${NAME-…}` the shell would take a brace within for its end, so the two are told apart beforehand.
    const name = plain ?? braced;
    word += dollar === undefined ? `"\${${name}-$(printf %s ${shellWord(whole)})}"` : `'$'`;
    end = match.index + whole.length;
  }
  return word + shellWord(value.slice(end));
}
