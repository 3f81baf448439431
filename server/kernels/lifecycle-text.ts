/** What people are told in the cell that runs. Times as the server's clock shows them. */
export function gapText({
  silentFrom,
  silentUntil,
  why = 'The process that listens had ended.',
}: {
  readonly silentFrom: string;
  readonly silentUntil: string;
  readonly why?: string;
}): string {
  return (
    `Nobody listened to this kernel from ${clock(silentFrom)} until ${clock(silentUntil)}: what was printed meanwhile ` +
    `may be missing here. ${why} The kernel itself went on, and its variables are there.`
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
