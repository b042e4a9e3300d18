/** What a client may ask at once, and each second for as long as it likes. A page asks a few times when it opens. */
const BURST = 60;
const PER_SECOND = 20;

/** A token bucket for one connection. */
export class MessageLimit {
  private tokens = BURST;
  private at = performance.now();

  /** @returns false once it has been too much. */
  take(cost: number): boolean {
    const now = performance.now();
    this.tokens = Math.min(BURST, this.tokens + ((now - this.at) / 1000) * PER_SECOND);
    this.at = now;
    if (this.tokens < cost) return false;
    this.tokens -= cost;
    return true;
  }
}
