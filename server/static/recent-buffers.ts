/** Buffers kept in memory up to a number of bytes; the least lately used go. */
export class RecentBuffers {
  private readonly kept = new Map<string, Buffer>();
  private bytes = 0;

  constructor(private readonly maximumBytes: number) {}

  get(name: string): Buffer | undefined {
    const buffer = this.kept.get(name);
    if (buffer === undefined) return undefined;
    // A Map keeps the order of insertion: this one is the latest again.
    this.kept.delete(name);
    this.kept.set(name, buffer);
    return buffer;
  }

  set(name: string, buffer: Buffer): void {
    this.delete(name);
    // It would push out all others, and then go itself.
    if (buffer.length > this.maximumBytes) return;
    this.kept.set(name, buffer);
    this.bytes += buffer.length;
    for (const oldest of this.kept.keys()) {
      if (this.bytes <= this.maximumBytes) break;
      this.delete(oldest);
    }
  }

  delete(name: string): void {
    this.bytes -= this.kept.get(name)?.length ?? 0;
    this.kept.delete(name);
  }
}
