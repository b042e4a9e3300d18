import { PlaceGrid } from '../geometry/placeGrid.ts';
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
/** Waiting places are looked through in squares of this side, metres. */
const SQUARE_METERS = 4;

/** Which border places are worth a walk, thinned so that one defect is not inspected fifty times. */
export class Inspections {
  /** Neither done nor claimed. */
  private readonly waiting = {
    suspicious: new PlaceGrid<Inspection>(SQUARE_METERS),
    wall: new PlaceGrid<Inspection>(SQUARE_METERS),
  };
  private readonly waitingCount = { suspicious: 0, wall: 0 };
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
    for (const place of suspicious) this.wait({ place, kind: 'suspicious', attempts: 0 });
    for (const place of walls) this.wait({ place, kind: 'wall', attempts: 0 });
    this.unfinished = suspicious.length + walls.length;
  }

  private wait(inspection: Inspection): void {
    const [x, , z] = inspection.place.position;
    this.waiting[inspection.kind].add(inspection, x, z);
    this.waitingCount[inspection.kind]++;
  }

  /** The nearest open inspection of a kind, or undefined. */
  nearest(kind: Inspection['kind'], x: number, y: number, z: number): Inspection | undefined {
    return this.waiting[kind].nearest(x, z, ({ place: { position } }) => {
      const dx = position[0] - x;
      const dz = position[2] - z;
      return Math.sqrt(dx * dx + dz * dz) + 3 * Math.abs(position[1] - y);
    });
  }

  hasOpen(kind: Inspection['kind']): boolean {
    return this.waitingCount[kind] > 0;
  }

  claim(inspection: Inspection): void {
    const [x, , z] = inspection.place.position;
    this.waiting[inspection.kind].remove(inspection, x, z);
    this.waitingCount[inspection.kind]--;
  }

  /**
   * Ends one agent's walk; a failed one may be tried again by another.
   * @param wasMet another agent was in the way, which says nothing of the place.
   */
  finish(inspection: Inspection, reached: boolean, wasMet: boolean): void {
    if (!wasMet) inspection.attempts++;
    if (reached || inspection.attempts >= MAX_ATTEMPTS) this.unfinished--;
    else this.wait(inspection);
  }

  /** Whether places still wait for a walk or are being walked to. */
  get pending(): boolean {
    return this.unfinished > 0;
  }
}
