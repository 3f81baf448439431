// The v1.kernel.websocket.jupyter.org framing, as a browser speaks it (contract: docs/architecture.md).
const WORD = 8;

export function encodeFrame(channel, parts) {
  const all = [Buffer.from(channel), ...parts];
  const head = Buffer.alloc(WORD * (all.length + 2));
  head.writeBigUInt64LE(BigInt(all.length + 1), 0);
  let offset = head.length;
  all.forEach((part, index) => {
    head.writeBigUInt64LE(BigInt(offset), WORD * (index + 1));
    offset += part.length;
  });
  head.writeBigUInt64LE(BigInt(offset), WORD * (all.length + 1));
  return Buffer.concat([head, ...all]);
}

export function decodeFrame(data) {
  const offset = (index) => Number(data.readBigUInt64LE(WORD * (index + 1)));
  const part = (index) => data.subarray(offset(index), offset(index + 1));
  return {
    channel: part(0).toString(),
    header: JSON.parse(part(1).toString()),
    parentHeader: JSON.parse(part(2).toString()),
    content: part(4),
  };
}
