/** `2 kernels, 1 terminal`; null for nothing. */
export function runningText(running: {
  readonly kernels: number;
  readonly terminals: number;
}): string | null {
  const { kernels, terminals } = running;
  const parts = [
    ...(kernels === 0 ? [] : [countOf(kernels, 'kernel')]),
    ...(terminals === 0 ? [] : [countOf(terminals, 'terminal')]),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}

function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
