/** Names what a call does, unique among all turns and the same whenever a turn is resumed. */
export function effectIdOf(turnId: string, callId: string): string {
  return `${turnId}:${callId}`;
}
