/** What a run's page shows besides words; plain data, so that threads can hand it over. */
export interface Illustration {
  map?: WorldMap;
  /** By the violation's id. */
  pictures: Record<string, Picture>;
  /** What is not shown, and why; for people. */
  leftOut: string[];
}

/** The world from above: +X to the right, +Z down. */
export interface WorldMap {
  /** Data URI of the picture; absent where nothing can be drawn. */
  image?: string;
  widthPixels: number;
  heightPixels: number;
  /** World metres of the picture's left upper corner. */
  minX: number;
  minZ: number;
  pixelsPerMeter: number;
  /** Everything above this height is cut away, because it hides the floors; metres. */
  cutAtMeters?: number;
  cellMeters: number;
  /** Rows of cells that bodies stood on, and that could be come to and were not. */
  entered: CellRow[];
  missed: CellRow[];
}

/** Neighbouring cells of a row: the world's x and z of the first one's corner, metres, and how many. */
export type CellRow = [x: number, z: number, cells: number];

/** A defect from near by. */
export interface Picture {
  /** Data URI. */
  image: string;
  widthPixels: number;
  heightPixels: number;
  /** Pixels: where the defect's middle is. */
  at: [number, number];
  /** Pixels: the edges of its box, where it has one. */
  edges: [number, number, number, number][];
}
