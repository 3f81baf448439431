// GGUF 3, the file format of llama.cpp's models: header, named values, descriptions of tensors, their data (ggml/docs/gguf.md).
const UINT32 = 4;
const INT32 = 5;
const FLOAT32 = 6;
const BOOL = 7;
const STRING = 8;
const ARRAY = 9;
const ALIGNMENT = 32;
const TENSOR_OF_FLOATS = 0;

/** Writes a model of 32-bit floats. */
export class GgufWriter {
  readonly #values: Buffer[] = [];
  readonly #tensors: { readonly description: Buffer; readonly data: Buffer }[] = [];
  #offset = 0;

  text(key: string, value: string): this {
    return this.#value(key, STRING, string(value));
  }

  count(key: string, value: number): this {
    return this.#value(key, UINT32, uint32(value));
  }

  number(key: string, value: number): this {
    return this.#value(key, FLOAT32, float32(value));
  }

  flag(key: string, value: boolean): this {
    return this.#value(key, BOOL, Buffer.from([value ? 1 : 0]));
  }

  texts(key: string, values: readonly string[]): this {
    return this.#array(key, STRING, values.map(string));
  }

  numbers(key: string, values: readonly number[]): this {
    return this.#array(key, FLOAT32, values.map(float32));
  }

  integers(key: string, values: readonly number[]): this {
    return this.#array(key, INT32, values.map(uint32));
  }

  /** @param dimensions the fastest first */
  tensor(name: string, dimensions: readonly number[], values: Float32Array): this {
    const description = Buffer.concat([
      string(name),
      uint32(dimensions.length),
      ...dimensions.map(uint64),
      uint32(TENSOR_OF_FLOATS),
      uint64(this.#offset),
    ]);
    const data = padded(Buffer.from(values.buffer, values.byteOffset, values.byteLength));
    this.#tensors.push({ description, data });
    this.#offset += data.length;
    return this;
  }

  bytes(): Buffer {
    const head = Buffer.concat([
      Buffer.from('GGUF'),
      uint32(3),
      uint64(this.#tensors.length),
      uint64(this.#values.length),
      ...this.#values,
      ...this.#tensors.map(({ description }) => description),
    ]);
    return Buffer.concat([padded(head), ...this.#tensors.map(({ data }) => data)]);
  }

  #value(key: string, type: number, value: Buffer): this {
    this.#values.push(Buffer.concat([string(key), uint32(type), value]));
    return this;
  }

  #array(key: string, type: number, values: readonly Buffer[]): this {
    return this.#value(key, ARRAY, Buffer.concat([uint32(type), uint64(values.length), ...values]));
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((ALIGNMENT - (bytes.length % ALIGNMENT)) % ALIGNMENT)]);
}
