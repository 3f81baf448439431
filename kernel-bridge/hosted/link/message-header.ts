/** What a host reads of a header or parent header. */
export interface HostedHeader {
  readonly msg_id: string;
  readonly msg_type: string;
}

/** @returns null for what names no message, or is no JSON object */
export function readHeader(json: string): HostedHeader | null {
  try {
    const { msg_id, msg_type } = JSON.parse(json) as Record<string, unknown>;
    return typeof msg_id === 'string' && typeof msg_type === 'string' ? { msg_id, msg_type } : null;
  } catch {
    return null; // `null`, or what no kernel of ours says.
  }
}

/** Whether a header may be of a type, without reading the JSON of each of a flood of messages. */
export function seemsOf(header: string, type: string): boolean {
  return header.length < 10_000 && header.includes(`"${type}"`);
}
