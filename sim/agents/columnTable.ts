/** Columns along each side of a block; a body's columns lie in one to four blocks. */
const BLOCK_BITS = 4;
const BLOCK_MASK = (1 << BLOCK_BITS) - 1;

/**
 * A number for each column of a grid, −1 where none was set. In blocks, of which the last is at hand: a body asks for a
 * dozen columns side by side, and a map of columns took twice as long.
 */
export class ColumnTable {
  private readonly blocks = new Map<number, Int32Array>();
  private lastKey = Number.NaN;
  private lastBlock: Int32Array | undefined;

  get(ix: number, iz: number): number {
    return this.blockAt(ix, iz)?.[indexInBlock(ix, iz)] ?? -1;
  }

  set(ix: number, iz: number, value: number): void {
    let block = this.blockAt(ix, iz);
    if (!block) {
      block = new Int32Array(1 << (2 * BLOCK_BITS)).fill(-1);
      this.blocks.set(this.lastKey, block);
      this.lastBlock = block;
    }
    block[indexInBlock(ix, iz)] = value;
  }

  /** One number per block, up to 2¹⁹ blocks each way; a small integer, which maps find fastest, up to 1000 along x. */
  private blockAt(ix: number, iz: number): Int32Array | undefined {
    const key = (ix >> BLOCK_BITS) * 0x100000 + (iz >> BLOCK_BITS);
    if (key !== this.lastKey) {
      this.lastKey = key;
      this.lastBlock = this.blocks.get(key);
    }
    return this.lastBlock;
  }
}

function indexInBlock(ix: number, iz: number): number {
  return ((ix & BLOCK_MASK) << BLOCK_BITS) | (iz & BLOCK_MASK);
}
