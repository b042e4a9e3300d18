/** Longer than this a run's trace is not kept for late spectators: they get its last seconds. */
const MOST_BYTES = 8 * 1024 * 1024;
const FIRST_BYTES = 64 * 1024;

/**
 * The trace of one running test so far, in one buffer that only grows: what was handed out stays valid and is
 * shared by all who joined, however slowly they take it.
 */
export class HeldTrace {
  private buffer = new Uint8Array(FIRST_BYTES);
  private length = 0;
  private lastKeyframe = 0;
  /** Sequence of the packet that continues it. */
  nextSequence = 0;
  /** The beginning is missing. */
  partial = false;

  /** @param keyframe the packet begins with a header and a keyframe: reading can start with it. */
  append(sequence: number, keyframe: boolean, bytes: Uint8Array): void {
    if (keyframe && this.length + bytes.length > MOST_BYTES) {
      this.drop(this.lastKeyframe);
      if (this.length + bytes.length > MOST_BYTES) this.drop(this.length);
    }
    if (this.length === 0) this.partial = sequence > 0;
    if (keyframe) this.lastKeyframe = this.length;
    if (this.length + bytes.length > this.buffer.length) {
      const larger = new Uint8Array(Math.max(2 * this.buffer.length, this.length + bytes.length));
      larger.set(this.buffer.subarray(0, this.length));
      this.buffer = larger;
    }
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
    this.nextSequence = sequence + 1;
  }

  /** Not to be written to. */
  get bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  private drop(until: number): void {
    this.buffer = this.buffer.slice(until, this.length);
    this.length -= until;
    this.lastKeyframe = 0;
    this.partial = true;
  }
}
