import type { BorderPlace } from './suspiciousPlaces.ts';

/** A border place that an agent is to walk to and then across. */
export interface Inspection {
  place: BorderPlace;
  kind: 'suspicious' | 'wall';
  attempts: number;
}

/** A hole that three walks could not fall into is too small for the body. */
const MAX_ATTEMPTS = 3;
/** An open world ends somewhere; two witnesses of where are enough. */
const MAX_OPEN_RIM = 2;
const MAX_ENCLOSED_EXITS = 30;
const MAX_DROPS = 40;
const CLUSTER_METERS = 2;

/** Which border places are worth a walk, thinned so that one defect is not inspected fifty times. */
export class Inspections {
  /** Neither done nor claimed. */
  private readonly waiting: Record<Inspection['kind'], Inspection[]>;
  private unfinished: number;

  constructor(
    places: readonly BorderPlace[],
    enclosed: boolean,
    isSafeLanding: (landing: readonly number[]) => boolean,
  ) {
    const suspicious: BorderPlace[] = [];
    const far = (place: BorderPlace, from: BorderPlace[]) =>
      from.every(
        other =>
          Math.hypot(...place.position.map((value, axis) => value - other.position[axis])) >=
            CLUSTER_METERS || other.beyond !== place.beyond,
      );
    const holes = new Map<number, number>();
    let exits = 0;
    let drops = 0;
    for (const place of places) {
      if (place.beyond === 'void' && place.region) {
        if (!place.region.open) {
          const count = holes.get(place.region.id) ?? 0;
          if (count >= MAX_ATTEMPTS) continue;
          holes.set(place.region.id, count + 1);
        } else {
          if (exits >= (enclosed ? MAX_ENCLOSED_EXITS : MAX_OPEN_RIM) || !far(place, suspicious)) continue;
          exits++;
        }
        suspicious.push(place);
      } else if (place.beyond === 'drop' && place.landing) {
        if (drops >= MAX_DROPS || !far(place, suspicious) || isSafeLanding(place.landing)) continue;
        drops++;
        suspicious.push(place);
      }
    }
    const walls = places.filter(place => place.beyond === 'blocked');
    const make = (kind: Inspection['kind']) => (place: BorderPlace) => ({ place, kind, attempts: 0 });
    this.waiting = { suspicious: suspicious.map(make('suspicious')), wall: walls.map(make('wall')) };
    this.unfinished = suspicious.length + walls.length;
  }

  /** The nearest open inspection of a kind, or undefined. */
  nearest(kind: Inspection['kind'], x: number, y: number, z: number): Inspection | undefined {
    let best: Inspection | undefined;
    let bestDistance = Infinity;
    for (const inspection of this.waiting[kind]) {
      const [px, py, pz] = inspection.place.position;
      const distance = Math.hypot(px - x, pz - z) + 3 * Math.abs(py - y);
      if (distance < bestDistance) {
        bestDistance = distance;
        best = inspection;
      }
    }
    return best;
  }

  hasOpen(kind: Inspection['kind']): boolean {
    return this.waiting[kind].length > 0;
  }

  claim(inspection: Inspection): void {
    const list = this.waiting[inspection.kind];
    const index = list.indexOf(inspection);
    if (index >= 0) list.splice(index, 1);
  }

  /** Ends one agent's walk; a failed one may be tried again by another. */
  finish(inspection: Inspection, reached: boolean): void {
    inspection.attempts++;
    if (reached || inspection.attempts >= MAX_ATTEMPTS) this.unfinished--;
    else this.waiting[inspection.kind].push(inspection);
  }

  /** Whether places still wait for a walk or are being walked to. */
  get pending(): boolean {
    return this.unfinished > 0;
  }
}
