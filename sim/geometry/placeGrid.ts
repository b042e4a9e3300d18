/** A thousand kilometres in double precision are exact to far less. */
const ROUNDING_METERS = 1e-6;

interface Square<Item> {
  items: Item[];
  /** x, z of each item. */
  places: number[];
}

/**
 * Places in squares seen from above, to be searched from near to far. The order of what is added decides between
 * equals, so that the same calls give the same answers.
 */
export class PlaceGrid<Item> {
  private readonly squareMeters: number;
  private readonly squares = new Map<number, Square<Item>>();
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
    const square = this.squares.get(squareKey(ix, iz));
    if (square) {
      square.items.push(item);
      square.places.push(x, z);
    } else this.squares.set(squareKey(ix, iz), { items: [item], places: [x, z] });
    if (ix < this.minX) this.minX = ix;
    if (ix > this.maxX) this.maxX = ix;
    if (iz < this.minZ) this.minZ = iz;
    if (iz > this.maxZ) this.maxZ = iz;
  }

  /** @param x where it was added. */
  remove(item: Item, x: number, z: number): void {
    const square = this.squares.get(
      squareKey(Math.floor(x / this.squareMeters), Math.floor(z / this.squareMeters)),
    );
    const index = square?.items.indexOf(item) ?? -1;
    if (index < 0) return;
    square?.items.splice(index, 1);
    square?.places.splice(2 * index, 2);
  }

  clear(): void {
    for (const { items, places } of this.squares.values()) {
      items.length = 0;
      places.length = 0;
    }
  }

  /** Drops what is not kept; the order of the others stays. An object, whose method stays compiled over many worlds. */
  keepOnly(keeper: { keeps(item: Item): boolean }): void {
    for (const { items, places } of this.squares.values()) {
      let kept = 0;
      for (let i = 0; i < items.length; i++) {
        if (!keeper.keeps(items[i])) continue;
        items[kept] = items[i];
        places[2 * kept] = places[2 * i];
        places[2 * kept + 1] = places[2 * i + 1];
        kept++;
      }
      items.length = kept;
      places.length = 2 * kept;
    }
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
          const square = this.squares.get(squareKey(jx, jz));
          if (!square || this.squaredGap(jx, jz, x, z) >= least * least) continue;
          const { items, places } = square;
          for (let i = 0; i < items.length; i++) {
            const dx = places[2 * i] - x;
            const dz = places[2 * i + 1] - z;
            if (dx * dx + dz * dz >= least * least) continue;
            const cost = costOf(items[i], least);
            if (cost >= least) continue;
            least = cost;
            best = items[i];
          }
        }
      }
    return best;
  }

  /** Of a place to a square, m²; a hair less, so that rounding puts no item of the square nearer. */
  private squaredGap(ix: number, iz: number, x: number, z: number): number {
    const size = this.squareMeters;
    const dx = Math.max(0, ix * size - x, x - (ix + 1) * size) - ROUNDING_METERS;
    const dz = Math.max(0, iz * size - z, z - (iz + 1) * size) - ROUNDING_METERS;
    return Math.max(0, dx) ** 2 + Math.max(0, dz) ** 2;
  }
}

/** One number per square, up to 2¹⁹ squares each way; a small integer, which maps find fastest, up to 1000 along x. */
function squareKey(ix: number, iz: number): number {
  return ix * 0x100000 + iz;
}
