/**
 * Tells whether some triangles close a surface. Made once for all objects of a world: its scratch is as long as the
 * world's vertices and triangles, and cleared by what it touched. A map of edges took ten times as long.
 */
export class EdgeBalance {
  private readonly indices: Uint32Array;
  private readonly welded: Uint32Array;
  /** By corner: the last edge that has it as its lower end, −1 for none; by edge the one before it. */
  private readonly last: Int32Array;
  private readonly before: Int32Array;
  /** By corner: how often the edges looked at run up to it more than down from it. */
  private readonly surplus: Int32Array;

  /** @param welded a number per vertex, shared by vertices at the same place. */
  constructor(indices: Uint32Array, welded: Uint32Array) {
    this.indices = indices;
    this.welded = welded;
    this.last = new Int32Array(welded.length).fill(-1);
    this.before = new Int32Array(indices.length);
    this.surplus = new Int32Array(welded.length);
  }

  /** Whether each edge is run as often one way as the other; edges without length count for nothing. */
  isClosed(triangles: Uint32Array): boolean {
    return this.mayBeClosed(triangles) && this.areEdgesBalanced(triangles);
  }

  /**
   * A number for each edge, added up one way and taken away the other: 0 where all are balanced, and by chance once in
   * four billion times. Most of what is open takes no longer.
   */
  private mayBeClosed(triangles: Uint32Array): boolean {
    const { indices, welded } = this;
    let sum = 0;
    for (let i = 0; i < triangles.length; i++) {
      const at = 3 * triangles[i];
      const a = welded[indices[at]];
      const b = welded[indices[at + 1]];
      const c = welded[indices[at + 2]];
      sum = (sum + edgeNumber(a, b) + edgeNumber(b, c) + edgeNumber(c, a)) | 0;
    }
    return sum === 0;
  }

  private areEdgesBalanced(triangles: Uint32Array): boolean {
    const { last, before } = this;
    for (let i = 0; i < triangles.length; i++)
      for (let edge = 3 * triangles[i]; edge < 3 * triangles[i] + 3; edge++) {
        const lower = Math.min(this.start(edge), this.end(edge));
        before[edge] = last[lower];
        last[lower] = edge;
      }
    let isClosed = true;
    for (let i = 0; i < triangles.length; i++)
      for (let edge = 3 * triangles[i]; edge < 3 * triangles[i] + 3; edge++)
        if (!this.isBalanced(Math.min(this.start(edge), this.end(edge)))) isClosed = false;
    return isClosed;
  }

  /** Whether the edges from a corner up are balanced; takes them out of the list. */
  private isBalanced(lower: number): boolean {
    const { last, before, surplus } = this;
    for (let edge = last[lower]; edge >= 0; edge = before[edge]) {
      const from = this.start(edge);
      const to = this.end(edge);
      if (from < to) surplus[to]++;
      else if (from > to) surplus[from]--;
    }
    let isBalanced = true;
    for (let edge = last[lower]; edge >= 0; edge = before[edge]) {
      const upper = Math.max(this.start(edge), this.end(edge));
      if (surplus[upper] !== 0) isBalanced = false;
      surplus[upper] = 0;
    }
    last[lower] = -1;
    return isBalanced;
  }

  /** Edges are numbered as the corners that they start at, three to a triangle. */
  private start(edge: number): number {
    return this.welded[this.indices[edge]];
  }

  private end(edge: number): number {
    return this.welded[this.indices[edge % 3 === 2 ? edge - 2 : edge + 1]];
  }
}

/** Negative the other way; 0 for an edge without length. */
function edgeNumber(from: number, to: number): number {
  if (from === to) return 0;
  const lower = Math.min(from, to);
  const upper = Math.max(from, to);
  const mixed = Math.imul(Math.imul(lower, 0x9e3779b1) ^ upper, 0x85ebca6b);
  const number = mixed ^ (mixed >>> 15);
  return from < to ? number : -number;
}
