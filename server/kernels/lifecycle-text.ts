/** What people are told in the cell that runs. Times as the server's clock shows them. */
export function gapText({
  silentFrom,
  silentUntil,
  why,
  startsAnew = false,
}: {
  readonly silentFrom: string;
  readonly silentUntil: string;
  readonly why?: string;
  readonly startsAnew?: boolean;
}): string {
  const from = clock(silentFrom);
  const until = clock(silentUntil);
  const rest = startsAnew
    ? 'The kernel has started anew, without its variables.'
    : 'The kernel itself went on, and its variables are there.';
  if (why !== undefined)
    return `What this kernel printed ${from === until ? `at ${from}` : `from ${from} until ${until}`} may be missing here. ${why} ${rest}`;
  return (
    `Nobody listened to this kernel from ${from} until ${until}: what was printed meanwhile may be missing here. ` +
    `The process that listens had ended. ${rest}`
  );
}

export function pauseText(reason: 'disk-full' | 'too-much-unread'): string {
  const why =
    reason === 'disk-full'
      ? 'the disk has no room for what it prints. Free some space'
      : 'it prints more than can be kept for the time being';
  return `This kernel stands still: ${why}; it goes on by itself. Nothing is lost.`;
}

export const continuedText = 'This kernel goes on.';

function clock(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime())
    ? time
    : date.toISOString().replace('T', ' ').slice(0, 19).concat(' UTC');
}
