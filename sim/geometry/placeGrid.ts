/**
 * Places in squares seen from above, to be searched from near to far. The order of what is added decides between
 * equals, so that the same calls give the same answers.
 */
export class PlaceGrid<Item> {
  private readonly squareMeters: number;
  private readonly squares = new Map<number, Item[]>();
  private minX = Infinity;
  private maxX = -Infinity;
  private minZ = Infinity;
  private maxZ = -Infinity;

  constructor(squareMeters: number) {
    this.squareMeters = squareMeters;
  }

  add(item: Item, x: number, z: number): void {
    const ix = Math.floor(x / this.squareMeters);
    const iz = Math.floor(z / this.squareMeters);
    const list = this.squares.get(squareKey(ix, iz));
    if (list) list.push(item);
    else this.squares.set(squareKey(ix, iz), [item]);
    if (ix < this.minX) this.minX = ix;
    if (ix > this.maxX) this.maxX = ix;
    if (iz < this.minZ) this.minZ = iz;
    if (iz > this.maxZ) this.maxZ = iz;
  }

  /** @param x where it was added. */
  remove(item: Item, x: number, z: number): void {
    const list = this.squares.get(
      squareKey(Math.floor(x / this.squareMeters), Math.floor(z / this.squareMeters)),
    );
    const index = list?.indexOf(item) ?? -1;
    if (index >= 0) list?.splice(index, 1);
  }

  clear(): void {
    for (const list of this.squares.values()) list.length = 0;
  }

  /**
   * The item of least cost, undefined where all cost Infinity.
   * @param costOf never less than the item's distance from x, z seen from above; gets the least cost so far.
   */
  nearest(x: number, z: number, costOf: (item: Item, least: number) => number): Item | undefined {
    let best: Item | undefined;
    let least = Infinity;
    const ix = Math.floor(x / this.squareMeters);
    const iz = Math.floor(z / this.squareMeters);
    const rings = Math.max(ix - this.minX, this.maxX - ix, iz - this.minZ, this.maxZ - iz);
    for (let ring = 0; ring <= rings && (ring - 1) * this.squareMeters < least; ring++)
      for (let jx = Math.max(ix - ring, this.minX); jx <= Math.min(ix + ring, this.maxX); jx++) {
        const edge = jx === ix - ring || jx === ix + ring;
        for (let jz = iz - ring; jz <= iz + ring; jz += edge || ring === 0 ? 1 : 2 * ring) {
          const list = this.squares.get(squareKey(jx, jz));
          if (!list) continue;
          for (const item of list) {
            const cost = costOf(item, least);
            if (cost >= least) continue;
            least = cost;
            best = item;
          }
        }
      }
    return best;
  }
}

/** One number per square, up to 2¹⁹ squares each way; a small integer, which maps find fastest, up to 1000 along x. */
function squareKey(ix: number, iz: number): number {
  return ix * 0x100000 + iz;
}
