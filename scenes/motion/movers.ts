import type { Random } from '../../engine/random.ts';
import { colored, finish } from '../geometry/finishes.ts';
import { type Finish, Sketch } from '../geometry/sketch.ts';
import { chain, rotationX, rotationY, rotationZ, translation } from '../geometry/transforms.ts';
import type { PlannedMover } from '../grammar/plan.ts';
import type { Vector3 } from '../scene.ts';
import { drawCarBody, drawWheel } from '../things/outdoor.ts';

/** One rigid piece of a mover; its frame has the joint at the origin. */
export interface Limb {
  name: string;
  sketch: Sketch;
}

/** A moving figure: rigid limbs and where each is after having gone some way. Its frame: floor at y = 0, front at −Z. */
export interface Figure {
  massKilograms: number;
  limbs: Limb[];
  /** Metres from the middle to the side, for keeping things out of its way. */
  radiusMeters: number;
  /** Metres a second when it walks. */
  walkingSpeed: number;
  /** @returns figureFromLimb for every limb, in their order; the lowest foot stands on the floor. */
  pose(distanceMeters: number, action: PlannedMover['action'], timeSeconds: number): Float64Array[];
}

export function createFigure(mover: PlannedMover, random: Random): Figure {
  switch (mover.kind) {
    case 'robot':
      return biped(robotFinishes(mover, random), random.range(0.98, 1.04), true);
    case 'person':
      return biped(personFinishes(mover, random), random.range(0.97, 1.07), false);
    case 'cat':
      return quadruped(
        0.55,
        mover.color
          ? colored('fabric', mover.color)
          : finish(
              'fabric',
              random.pick([
                [0.85, 0.5, 0.22],
                [0.3, 0.3, 0.32],
                [0.9, 0.88, 0.82],
              ] as Vector3[]),
            ),
      );
    case 'dog':
      return quadruped(
        1,
        mover.color
          ? colored('fabric', mover.color)
          : finish(
              'fabric',
              random.pick([
                [0.62, 0.42, 0.24],
                [0.2, 0.18, 0.17],
                [0.85, 0.72, 0.5],
              ] as Vector3[]),
            ),
      );
    case 'car':
      return car(
        mover.color
          ? colored('metal', mover.color)
          : finish(
              'metal',
              random.pick([
                [0.62, 0.1, 0.08],
                [0.1, 0.24, 0.5],
                [0.75, 0.6, 0.12],
              ] as Vector3[]),
            ),
      );
    case 'ball':
      return ball(mover.color ? colored('fabric', mover.color) : finish('carpet', [0.9, 0.35, 0.15]));
  }
}

interface BodyFinishes {
  head: Finish;
  face: Finish;
  torso: Finish;
  trim: Finish;
  upper: Finish;
  lower: Finish;
  foot: Finish;
  hair: Finish;
}

function robotFinishes(mover: PlannedMover, random: Random): BodyFinishes {
  const shell = mover.color
    ? colored('metal', mover.color)
    : finish(
        'metal',
        random.pick([
          [1, 0.98, 0.94],
          [0.95, 0.55, 0.14],
          [0.45, 0.62, 0.75],
          [0.85, 0.75, 0.3],
        ] as Vector3[]),
      );
  const joint = finish('metal', [0.2, 0.21, 0.23]);
  const glow: Vector3 = random.pick([
    [0.15, 1.3, 1.6],
    [1.6, 0.9, 0.15],
    [0.4, 1.6, 0.5],
  ] as Vector3[]);
  return {
    head: shell,
    face: joint,
    torso: shell,
    trim: finish('skin', [1, 1, 1], { emissive: glow }),
    upper: joint,
    lower: shell,
    foot: joint,
    hair: shell,
  };
}

function personFinishes(mover: PlannedMover, random: Random): BodyFinishes {
  const skin = finish(
    'skin',
    random.pick([
      [0.85, 0.62, 0.48],
      [0.5, 0.32, 0.22],
      [0.7, 0.48, 0.34],
    ] as Vector3[]),
  );
  const shirt = mover.color
    ? colored('fabric', mover.color)
    : finish(
        'fabric',
        random.pick([
          [0.7, 0.2, 0.16],
          [0.2, 0.4, 0.62],
          [0.75, 0.65, 0.4],
          [0.3, 0.5, 0.34],
        ] as Vector3[]),
      );
  const trousers = finish(
    'fabric',
    random.pick([
      [0.16, 0.2, 0.32],
      [0.22, 0.2, 0.19],
      [0.45, 0.38, 0.28],
    ] as Vector3[]),
  );
  return {
    head: skin,
    face: skin,
    torso: shirt,
    trim: trousers,
    upper: trousers,
    lower: trousers,
    foot: finish('skin', [0.12, 0.09, 0.07]),
    hair: finish(
      'bark',
      random.pick([
        [0.25, 0.2, 0.15],
        [0.5, 0.38, 0.25],
        [0.12, 0.11, 0.1],
      ] as Vector3[]),
    ),
  };
}

/** Joint heights as shares of a body 1.7 m tall; `scale` 1 is that body. */
function biped(f: BodyFinishes, scale: number, robot: boolean): Figure {
  const s = scale;
  const [thigh, shin, ankle] = [0.42 * s, 0.42 * s, 0.09 * s];
  const [shoulder, upperArm] = [0.5 * s, 0.28 * s];
  const round = robot ? 8 : 10;
  const torso = new Sketch();
  if (robot) {
    torso.box(f.upper, [0, -0.06 * s, 0], [0.28 * s, 0.14 * s, 0.18 * s]);
    torso.lathe(
      f.upper,
      [0, 0.06 * s, 0],
      [
        [0.09 * s, 0],
        [0.09 * s, 0.1 * s],
      ],
      10,
    );
    torso.box(f.torso, [0, 0.14 * s, 0], [0.42 * s, 0.4 * s, 0.26 * s], { cell: 0.2 });
    torso.box(f.upper, [0, 0.2 * s, 0.15 * s], [0.28 * s, 0.28 * s, 0.06 * s]);
    for (let i = 0; i < 3; i++)
      torso.box(f.trim, [-0.07 * s + i * 0.07 * s, 0.4 * s, 0.183 * s], [0.035 * s, 0.03 * s, 0.01 * s]);
    torso.box(f.trim, [0, 0.36 * s, -0.132 * s], [0.16 * s, 0.08 * s, 0.012 * s]);
    torso.cylinder(f.upper, [0, 0.54 * s, 0], 0.05 * s, 0.07 * s, { segments: 8 });
    torso.box(f.head, [0, 0.61 * s, 0], [0.25 * s, 0.22 * s, 0.23 * s]);
    torso.box(f.face, [0, 0.66 * s, -0.118 * s], [0.21 * s, 0.11 * s, 0.012 * s]);
    for (const x of [-0.05, 0.05])
      torso.box(f.trim, [x * s, 0.695 * s, -0.127 * s], [0.04 * s, 0.04 * s, 0.01 * s]);
    for (const x of [-0.135, 0.135]) torso.box(f.face, [x * s, 0.67 * s, 0], [0.03 * s, 0.1 * s, 0.1 * s]);
    torso.cylinder(f.upper, [0.07 * s, 0.83 * s, 0.03 * s], 0.008 * s, 0.11 * s, { segments: 5 });
    torso.ball(f.trim, [0.07 * s, 0.95 * s, 0.03 * s], [0.02 * s, 0.02 * s, 0.02 * s], { segments: 8 });
  } else {
    torso.lathe(
      f.trim,
      [0, -0.08 * s, 0],
      [
        [0.13 * s, 0],
        [0.155 * s, 0.08 * s],
        [0.15 * s, 0.14 * s],
      ],
      12,
    );
    torso.within(new Float64Array([1.25, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0.78, 0, 0, 0, 0, 1]), () =>
      torso.lathe(
        f.torso,
        [0, 0.04 * s, 0],
        [
          [0.135 * s, 0],
          [0.145 * s, 0.2 * s],
          [0.165 * s, 0.4 * s],
          [0.13 * s, 0.5 * s],
          [0.05 * s, 0.55 * s],
        ],
        14,
      ),
    );
    torso.cylinder(f.head, [0, 0.57 * s, 0], 0.05 * s, 0.08 * s, { segments: 8 });
    torso.ball(f.head, [0, 0.73 * s, -0.01 * s], [0.085 * s, 0.115 * s, 0.1 * s], { segments: 12 });
    torso.ball(f.hair, [0, 0.76 * s, 0.018 * s], [0.092 * s, 0.1 * s, 0.1 * s], { segments: 12 });
    torso.ball(f.head, [0, 0.72 * s, -0.11 * s], [0.015 * s, 0.02 * s, 0.02 * s], { segments: 6 });
  }
  const legSpread = (robot ? 0.11 : 0.085) * s;
  const armSpread = (robot ? 0.275 : 0.225) * s;
  const tube = (material: Finish, top: number, bottom: number, length: number) =>
    new Sketch().lathe(
      material,
      [0, -length, 0],
      [
        [bottom, 0],
        [(bottom + top) * 0.56, length * 0.55],
        [top, length],
      ],
      round,
    );
  const thighSketch = () => tube(f.upper, 0.075 * s, 0.06 * s, thigh);
  const shinSketch = () => {
    const sketch = tube(f.lower, 0.06 * s, 0.045 * s, shin);
    if (robot) sketch.ball(f.upper, [0, 0, 0], [0.065 * s, 0.065 * s, 0.065 * s], { segments: 8 });
    return sketch;
  };
  const footSketch = () =>
    new Sketch().box(f.foot, [0, -ankle, -0.05 * s], [0.1 * s, ankle * 0.85, 0.25 * s]);
  const upperArmSketch = () => {
    const sketch = tube(robot ? f.upper : f.torso, 0.06 * s, 0.045 * s, upperArm);
    sketch.ball(f.torso, [0, 0, 0], [0.075 * s, 0.075 * s, 0.075 * s], { segments: 8 });
    return sketch;
  };
  const forearmSketch = () => {
    const sketch = tube(robot ? f.lower : f.head, 0.045 * s, 0.035 * s, 0.25 * s);
    sketch.ball(f.face, [0, -0.29 * s, 0], [0.04 * s, 0.06 * s, 0.045 * s], { segments: 8 });
    return sketch;
  };
  const limbs: Limb[] = [{ name: 'body', sketch: torso }];
  for (const side of ['left', 'right']) {
    limbs.push({ name: `thigh-${side}`, sketch: thighSketch() });
    limbs.push({ name: `shin-${side}`, sketch: shinSketch() });
    limbs.push({ name: `foot-${side}`, sketch: footSketch() });
    limbs.push({ name: `upper-arm-${side}`, sketch: upperArmSketch() });
    limbs.push({ name: `forearm-${side}`, sketch: forearmSketch() });
  }
  const strideMeters = 1.35 * s;
  return {
    massKilograms: robot ? 90 : 72,
    limbs,
    radiusMeters: 0.34 * s,
    walkingSpeed: 1.2,
    pose(distance, action, time) {
      const swing = action === 'stand' ? 0 : action === 'run' ? 0.72 : 0.46;
      // A quarter in, so that at the start both feet are down: the world's file shows a figure that stands.
      const phase = Math.PI / 2 + (2 * Math.PI * distance) / (strideMeters * (action === 'run' ? 1.5 : 1));
      const legs = [0, Math.PI].map(offset => {
        const hipAngle = swing * Math.sin(phase + offset);
        // The knee bends while its leg swings forward.
        const kneeAngle =
          (action === 'run' ? 1.1 : 0.75) * swing * 1.6 * Math.max(0, Math.cos(phase + offset)) ** 2;
        const drop = thigh * Math.cos(hipAngle) + shin * Math.cos(hipAngle - kneeAngle) + ankle;
        return { hipAngle, kneeAngle, drop };
      });
      const hipHeight = Math.max(legs[0].drop, legs[1].drop);
      const sway = action === 'stand' ? 0.008 * Math.sin(1.7 * time) : 0.02 * Math.sin(phase);
      const body = chain(
        translation(0, hipHeight, 0),
        rotationZ(sway),
        rotationX(action === 'run' ? -0.14 : -0.03),
      );
      const out = [body];
      legs.forEach(({ hipAngle, kneeAngle }, i) => {
        const side = i === 0 ? -1 : 1;
        const upper = chain(translation(side * legSpread, hipHeight, 0), rotationX(hipAngle));
        const lower = chain(upper, translation(0, -thigh, 0), rotationX(-kneeAngle));
        const foot = chain(lower, translation(0, -shin, 0), rotationX(kneeAngle - hipAngle));
        const armSwing = -0.75 * hipAngle + (action === 'stand' ? 0.03 * Math.sin(1.3 * time + i) : 0);
        const arm = chain(
          body,
          translation(side * armSpread, shoulder, 0),
          rotationZ(side * 0.07),
          rotationX(armSwing),
        );
        const forearm = chain(
          arm,
          translation(0, -upperArm, 0),
          rotationX(action === 'run' ? 1.2 : 0.25 + Math.max(0, armSwing) * 0.5),
        );
        out.push(upper, lower, foot, arm, forearm);
      });
      return out;
    },
  };
}

function quadruped(scale: number, fur: Finish): Figure {
  const s = scale;
  const [leg, length] = [0.34 * s, 0.62 * s];
  const body = new Sketch();
  body.ball(fur, [0, 0.05 * s, 0], [0.12 * s, 0.13 * s, length * 0.56], { segments: 12 });
  body.ball(fur, [0, 0.22 * s, -length * 0.62], [0.095 * s, 0.1 * s, 0.12 * s], { segments: 10 });
  body.ball(fur, [0, 0.19 * s, -length * 0.62 - 0.11 * s], [0.045 * s, 0.045 * s, 0.07 * s], { segments: 8 });
  body.ball(
    finish('skin', [0.06, 0.05, 0.05]),
    [0, 0.2 * s, -length * 0.62 - 0.18 * s],
    [0.018 * s, 0.016 * s, 0.016 * s],
    { segments: 6 },
  );
  for (const x of [-0.055, 0.055]) {
    body.within(translation(x * s, 0.29 * s, -length * 0.6), () =>
      body.wedge(fur, [0, 0, 0], [0.06 * s, 0.09 * s, 0.03 * s], 0.5),
    );
    body.ball(
      finish('skin', [0.05, 0.06, 0.05]),
      [x * 0.75 * s, 0.25 * s, -length * 0.62 - 0.1 * s],
      [0.016 * s, 0.018 * s, 0.014 * s],
      { segments: 6 },
    );
  }
  const tail = new Sketch().lathe(
    fur,
    [0, 0, 0],
    [
      [0.028 * s, 0],
      [0.022 * s, 0.22 * s],
      [0.008 * s, 0.36 * s],
    ],
    7,
  );
  const limbs: Limb[] = [
    { name: 'body', sketch: body },
    { name: 'tail', sketch: tail },
  ];
  for (const name of ['front-left', 'front-right', 'back-left', 'back-right'])
    limbs.push({
      name: `leg-${name}`,
      sketch: new Sketch().lathe(
        fur,
        [0, -leg, 0],
        [
          [0.035 * s, 0],
          [0.026 * s, 0.06 * s],
          [0.05 * s, leg],
        ],
        8,
      ),
    });
  return {
    massKilograms: 22 * s ** 2,
    limbs,
    radiusMeters: 0.3 * s,
    walkingSpeed: 0.9,
    pose(distance, action, time) {
      const swing = action === 'stand' ? 0 : action === 'run' ? 0.7 : 0.42;
      const phase = Math.PI / 2 + (2 * Math.PI * distance) / (0.62 * s);
      const swings = [0, Math.PI, Math.PI, 0].map(offset => swing * Math.sin(phase + offset));
      const height = Math.max(
        ...swings.map(angle => leg * Math.cos(angle) + 0.035 * s * Math.abs(Math.sin(angle))),
      );
      const out = [
        translation(0, height, 0),
        chain(
          translation(0, height + 0.1 * s, length * 0.5),
          rotationX(0.9),
          rotationZ(0.35 * Math.sin(2.6 * time)),
        ),
      ];
      swings.forEach((angle, i) => {
        out.push(
          chain(
            translation((i % 2 ? 1 : -1) * 0.075 * s, height, (i < 2 ? -1 : 1) * length * 0.36),
            rotationX(angle),
          ),
        );
      });
      return out;
    },
  };
}

function car(paint: Finish): Figure {
  const body = new Sketch();
  body.within(rotationY(Math.PI), () => drawCarBody(body, paint));
  const limbs: Limb[] = [{ name: 'body', sketch: body }];
  const places: Vector3[] = [
    [-0.72, 0.32, -1.25],
    [0.72, 0.32, -1.25],
    [-0.72, 0.32, 1.25],
    [0.72, 0.32, 1.25],
  ];
  for (let i = 0; i < places.length; i++) {
    const wheel = new Sketch();
    drawWheel(wheel);
    limbs.push({ name: `wheel-${i + 1}`, sketch: wheel });
  }
  return {
    massKilograms: 1300,
    limbs,
    radiusMeters: 1.0,
    walkingSpeed: 2.2,
    pose: distance => [
      translation(0, 0, 0),
      ...places.map(place => chain(translation(...place), rotationX(-distance / 0.32))),
    ],
  };
}

function ball(skin: Finish): Figure {
  const r = 0.2;
  return {
    massKilograms: 0.5,
    limbs: [{ name: 'body', sketch: new Sketch().ball(skin, [0, 0, 0], [r, r, r], { segments: 20 }) }],
    radiusMeters: r,
    walkingSpeed: 1,
    pose: distance => [chain(translation(0, r, 0), rotationX(-distance / r))],
  };
}
