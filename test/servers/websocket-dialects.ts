import type { KernelMessage } from './kernel-message.ts';

/**
 * The two framings of a kernel websocket, written for the tests from the documentation alone (contract §3.2, §3.3),
 * so that a mistake of the server's codec is not repeated here.
 */
export interface Dialect {
  readonly subprotocols: readonly string[];
  encode(message: KernelMessage): Buffer | string;
  decode(data: Buffer, isBinary: boolean): KernelMessage;
}

const part = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const v1: Dialect = {
  subprotocols: ['v1.kernel.websocket.jupyter.org'],
  encode({ channel, header, parent_header, metadata, content, buffers }) {
    const jsons = [header, parent_header, metadata, content].map(part);
    const parts = [Buffer.from(channel), ...jsons, ...buffers];
    const head = Buffer.alloc(8 * (parts.length + 2));
    head.writeBigUInt64LE(BigInt(parts.length + 1), 0);
    let offset = head.length;
    [...parts, Buffer.alloc(0)].forEach((each, index) => {
      head.writeBigUInt64LE(BigInt(offset), 8 * (index + 1));
      offset += each.length;
    });
    return Buffer.concat([head, ...parts]);
  },
  decode(data, isBinary) {
    if (!isBinary) throw new Error(`v1 frames are binary, got text: ${data.toString().slice(0, 200)}`);
    const count = Number(data.readBigUInt64LE(0));
    const offset = (index: number): number => Number(data.readBigUInt64LE(8 * (index + 1)));
    const slice = (index: number): Buffer => data.subarray(offset(index), offset(index + 1));
    if (offset(0) !== 8 * (count + 1) || offset(count - 1) !== data.length)
      throw new Error('v1: bad offsets');
    const json = (index: number): never => JSON.parse(slice(index).toString()) as never;
    return {
      channel: slice(0).toString(),
      header: json(1),
      parent_header: json(2),
      metadata: json(3),
      content: json(4),
      buffers: Array.from({ length: count - 6 }, (_, index) => slice(5 + index)),
    };
  },
};

const legacy: Dialect = {
  subprotocols: [],
  encode({ buffers, ...message }) {
    if (buffers.length === 0) return JSON.stringify({ ...message, buffers: [] });
    const parts = [part(message), ...buffers];
    const head = Buffer.alloc(4 * (parts.length + 1));
    head.writeUInt32BE(parts.length, 0);
    let offset = head.length;
    parts.forEach((each, index) => {
      head.writeUInt32BE(offset, 4 * (index + 1));
      offset += each.length;
    });
    return Buffer.concat([head, ...parts]);
  },
  decode(data, isBinary) {
    if (!isBinary) return { ...(JSON.parse(data.toString()) as KernelMessage), buffers: [] };
    const count = data.readUInt32BE(0);
    const offset = (index: number): number =>
      index < count ? data.readUInt32BE(4 * (index + 1)) : data.length;
    const slice = (index: number): Buffer => data.subarray(offset(index), offset(index + 1));
    const buffers = Array.from({ length: count - 1 }, (_, index) => slice(index + 1));
    return { ...(JSON.parse(slice(0).toString()) as KernelMessage), buffers };
  },
};

export const dialects = { v1, legacy } as const;
export type DialectName = keyof typeof dialects;
