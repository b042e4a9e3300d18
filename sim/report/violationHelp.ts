import type { Severity, ViolationType } from '../types.ts';

export interface ViolationHelp {
  /** A few words, as a heading. */
  title: string;
  /** What it is, as docs/violations.md defines it. */
  what: string;
  /** What people usually do about it. */
  fix: string;
  /** The gravest that the detector gives. */
  severity: Severity;
}

/** The architecture's list of what a world can show. */
export const VIOLATION_HELP: Record<ViolationType, ViolationHelp> = {
  'fall-through': {
    title: 'A body falls through the floor',
    what: 'A body falls out of the world from inside its floor: through a hole that ends on all sides, or through a floor that is there in the geometry and does not hold.',
    fix: 'Close the hole in the collider, or give the floor a collider where it is only drawn.',
    severity: 'error',
  },
  leak: {
    title: 'A body leaves the world sideways',
    what: 'A body leaves the world sideways and falls beside it: a wall is missing or lets bodies through. In an open world it is where the ground ends.',
    fix: 'Close the wall in the collider, or bound the walkable ground.',
    severity: 'error',
  },
  stuck: {
    title: 'A body cannot get away',
    what: 'A body cannot get away: it tried eight directions with jumps, a second each.',
    fix: 'Widen the gap, close it so that nobody gets in, or give the pit a way out.',
    severity: 'error',
  },
  unreachable: {
    title: 'A place that cannot be come to',
    what: 'A walkable room of 4 m² or more that cannot be come to from the spawns, or a world in which no place can be walked at all.',
    fix: 'Open the way, lower the step to 0.3 m, or put a spawn inside.',
    severity: 'error',
  },
  'blocked-passage': {
    title: 'A passage that is blocked',
    what: 'A way that is open to the eye and that no body can go: too narrow, too low, or things stand in it.',
    fix: 'Move what stands in the way, or make the passage 0.8 m wide and 1.8 m high.',
    severity: 'error',
  },
  'invisible-wall': {
    title: 'An invisible wall',
    what: 'A body is stopped by a collider where nothing is seen.',
    fix: 'Remove the collider, or show what it stands for.',
    severity: 'error',
  },
  'ghost-surface': {
    title: 'A surface without a collider',
    what: 'Something that is seen as solid and that bodies go through.',
    fix: 'Give it a collider, or take it out of the picture.',
    severity: 'error',
  },
  interpenetration: {
    title: 'Two things stand in each other',
    what: 'Two things stand in each other by 3 cm or more, 1 cm where one of them is dynamic.',
    fix: 'Move one of them apart by the depth that the evidence tells.',
    severity: 'error',
  },
  floating: {
    title: 'A thing floats',
    what: 'A thing, with all that it touches, has a gap of more than 3 cm below it and nothing that holds it around it.',
    fix: 'Lower it onto what is below by the gap that the evidence tells, or fix it to something.',
    severity: 'error',
  },
  unstable: {
    title: 'A thing does not stay upright',
    what: "A thing's centre of mass is not above what it stands on, or it turned when gravity was let loose.",
    fix: 'Move it over its support, or widen its foot.',
    severity: 'error',
  },
  'bad-scale': {
    title: 'The world has the wrong size',
    what: 'Things with known names have impossible sizes, or the whole world is too small or too large for people.',
    fix: 'Export in metres, or scale the root node.',
    severity: 'error',
  },
  'bad-up': {
    title: 'The world lies on its side',
    what: 'Another axis than +Y gives far more floor, or things rest on one another along it and not along Y.',
    fix: 'Export with +Y up, as glTF has it, or turn the root node.',
    severity: 'error',
  },
  'bad-geometry': {
    title: 'The triangles are broken',
    what: 'Floor that faces down, cracks of less than 1 cm, surfaces that are there twice, stray faces on edges, or slivers.',
    fix: 'Recalculate the normals, or flip the faces, in the tool that made the world.',
    severity: 'error',
  },
};
