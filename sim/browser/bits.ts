/** Bits into bytes, high bit first, with the Exp-Golomb codes of video codecs: small numbers take few bits. */
export class BitWriter {
  private bytes = new Uint8Array(256);
  private length = 0;
  private pending = 0;
  private pendingBits = 0;

  /** @param count up to 31. */
  write(value: number, count: number): void {
    for (let bit = count - 1; bit >= 0; bit--) {
      this.pending = (this.pending << 1) | ((value >>> bit) & 1);
      if (++this.pendingBits < 8) continue;
      if (this.length === this.bytes.length) {
        const larger = new Uint8Array(2 * this.length);
        larger.set(this.bytes);
        this.bytes = larger;
      }
      this.bytes[this.length++] = this.pending;
      this.pending = 0;
      this.pendingBits = 0;
    }
  }

  /** @param value whole, within ±2²⁹. @param order bits that even 0 takes besides one: log2 of the usual size. */
  writeSigned(value: number, order: number): void {
    const unsigned = value < 0 ? -2 * value - 1 : 2 * value;
    const head = (unsigned >>> order) + 1;
    const headBits = 32 - Math.clz32(head);
    this.write(0, headBits - 1);
    this.write(head, headBits);
    this.write(unsigned & ((1 << order) - 1), order);
  }

  /** A copy of what was written, filled up with zeros; the writer starts anew. */
  take(): Uint8Array {
    if (this.pendingBits > 0) this.write(0, 8 - this.pendingBits);
    const taken = this.bytes.slice(0, this.length);
    this.length = 0;
    return taken;
  }
}

/** Reads what BitWriter wrote. All throw RangeError at the end of the bytes. */
export class BitReader {
  private readonly bytes: Uint8Array;
  private at: number;

  /** @param start first byte. */
  constructor(bytes: Uint8Array, start: number) {
    this.bytes = bytes;
    this.at = 8 * start;
  }

  bit(): number {
    const byte = this.at >>> 3;
    if (byte >= this.bytes.length) throw new RangeError('A frame of the trace is cut off.');
    return (this.bytes[byte] >>> (7 - (this.at++ & 7))) & 1;
  }

  read(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = 2 * value + this.bit();
    return value;
  }

  readSigned(order: number): number {
    let zeros = 0;
    while (this.bit() === 0) if (++zeros > 30) throw new RangeError('A number in the trace is too large.');
    const head = 2 ** zeros + this.read(zeros);
    const unsigned = (head - 1) * 2 ** order + this.read(order);
    return unsigned % 2 === 1 ? -(unsigned + 1) / 2 : unsigned / 2;
  }

  /** @throws RangeError where more than the filling is left. */
  finish(): void {
    if (this.bytes.length * 8 - this.at >= 8) throw new RangeError('A frame of the trace is too long.');
    while (this.at < this.bytes.length * 8)
      if (this.bit() === 1) throw new RangeError('A frame of the trace ends in rubbish.');
  }
}
