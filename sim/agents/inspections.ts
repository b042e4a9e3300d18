import { PlaceGrid } from '../geometry/placeGrid.ts';
import type { BorderPlace } from './suspiciousPlaces.ts';

/** What an agent is to walk to and then across: a border place, and for one gap some more to try in turn. */
export interface Inspection {
  places: BorderPlace[];
  kind: 'suspicious' | 'wall';
  attempts: number;
}

/** A hole that three walks could not fall into is too small for the body, and so is a gap that let nobody out. */
export const MAX_ATTEMPTS = 3;
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
  /** How many wait, by the component of the navmesh from which one goes there. */
  private readonly waitingIn = { suspicious: new Map<number, number>(), wall: new Map<number, number>() };
  private unfinished = 0;
  private readonly knownHoles = new Set<number>();
  private readonly enclosed: boolean;
  private readonly isSafeLanding: (landing: readonly number[]) => boolean;

  constructor(
    places: readonly BorderPlace[],
    enclosed: boolean,
    isSafeLanding: (landing: readonly number[]) => boolean,
  ) {
    this.enclosed = enclosed;
    this.isSafeLanding = isSafeLanding;
    this.add(places);
  }

  /** More places, of ground that was found since: a gap that is inspected already stays one. */
  add(places: readonly BorderPlace[]): void {
    const holes = new Map<number, BorderPlace[]>();
    const exits: BorderPlace[][] = [];
    const drops: BorderPlace[][] = [];
    for (const place of places) {
      if (place.beyond === 'void' && place.region) {
        const { id, open } = place.region;
        if (open) gather(exits, place, this.enclosed ? MAX_ENCLOSED_EXITS : MAX_OPEN_RIM);
        else if (!this.knownHoles.has(id)) holes.set(id, [...(holes.get(id) ?? []), place]);
      } else if (place.beyond === 'drop' && place.landing && !this.isSafeLanding(place.landing))
        gather(drops, place, MAX_DROPS);
    }
    for (const id of holes.keys()) this.knownHoles.add(id);
    const suspicious = [...holes.values(), ...exits, ...drops];
    const walls = places.filter(place => place.beyond === 'blocked');
    for (const near of suspicious) this.wait({ places: spread(near), kind: 'suspicious', attempts: 0 });
    for (const place of walls) this.wait({ places: [place], kind: 'wall', attempts: 0 });
    this.unfinished += suspicious.length + walls.length;
  }

  private wait(inspection: Inspection): void {
    const [x, , z] = placeOf(inspection).position;
    this.waiting[inspection.kind].add(inspection, x, z);
    this.count(inspection, 1);
  }

  private count(inspection: Inspection, by: 1 | -1): void {
    const waiting = this.waitingIn[inspection.kind];
    const { component } = placeOf(inspection);
    waiting.set(component, (waiting.get(component) ?? 0) + by);
  }

  /** The nearest open inspection of a kind on a component of the navmesh, or undefined. */
  nearest(
    kind: Inspection['kind'],
    component: number,
    [x, y, z]: readonly [number, number, number],
  ): Inspection | undefined {
    return this.waiting[kind].nearest(x, z, inspection => {
      const { position, component: own } = placeOf(inspection);
      if (own !== component) return Infinity;
      const dx = position[0] - x;
      const dz = position[2] - z;
      return Math.sqrt(dx * dx + dz * dz) + 3 * Math.abs(position[1] - y);
    });
  }

  hasOpen(kind: Inspection['kind'], component: number): boolean {
    return (this.waitingIn[kind].get(component) ?? 0) > 0;
  }

  claim(inspection: Inspection): void {
    const [x, , z] = placeOf(inspection).position;
    this.waiting[inspection.kind].remove(inspection, x, z);
    this.count(inspection, -1);
  }

  /**
   * Ends one agent's walk; one that settled nothing is tried again, by whoever is next.
   * @param saysNothing another agent was in the way, or it was lost before it set out: the walk says nothing of the place.
   */
  finish(inspection: Inspection, settled: boolean, saysNothing: boolean): void {
    if (!saysNothing) inspection.attempts++;
    if (settled || inspection.attempts >= MAX_ATTEMPTS) this.unfinished--;
    else this.wait(inspection);
  }

  /** Whether places still wait for a walk or are being walked to. */
  get pending(): boolean {
    return this.unfinished > 0;
  }
}

/** Where to go now: after a walk that settled nothing, elsewhere at the same gap. */
export function placeOf({ places, attempts }: Inspection): BorderPlace {
  return places[attempts % places.length];
}

/**
 * Adds a place to what lies near it, or begins another cluster while there are fewer than `most`. Places around a pit
 * lie near one another where bodies land: one body that went in tells of all of them.
 */
function gather(clusters: BorderPlace[][], place: BorderPlace, most: number): void {
  const near = clusters.find(([first]) => apart(first, place) < CLUSTER_METERS);
  if (near) near.push(place);
  else if (clusters.length < most) clusters.push([place]);
}

/** The first of some places and those farthest from what was chosen before, one for each attempt. */
function spread(places: readonly BorderPlace[]): BorderPlace[] {
  const chosen = places.slice(0, 1);
  const fromChosen = (place: BorderPlace) => Math.min(...chosen.map(other => apart(other, place)));
  while (chosen.length < Math.min(MAX_ATTEMPTS, places.length))
    chosen.push(places.reduce((best, place) => (fromChosen(place) > fromChosen(best) ? place : best)));
  return chosen;
}

/** Metres between where two places lead to. */
function apart(a: BorderPlace, b: BorderPlace): number {
  const [from, to] = a.landing && b.landing ? [a.landing, b.landing] : [a.position, b.position];
  return Math.hypot(...from.map((value, axis) => value - to[axis]));
}
