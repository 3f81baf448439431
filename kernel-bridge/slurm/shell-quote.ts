/** A word as a POSIX shell reads it whole, whatever is in it. @throws TypeError for NUL, which no word can hold */
export function shellQuote(word: string): string {
  if (word.includes('\0')) throw new TypeError('a word of a shell cannot hold NUL');
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
