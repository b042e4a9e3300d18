import { createRandom } from '../engine/random.ts';
import type { WorldNode } from '../engine/world/worldModel.ts';
import { finish } from './geometry/finishes.ts';
import { contactShade } from './geometry/shade.ts';
import { Sketch } from './geometry/sketch.ts';
import { identity } from './geometry/transforms.ts';
import { WorldBuilder } from './geometry/worldBuilder.ts';
import type { ScenePlan } from './grammar/plan.ts';
import type { ThingName } from './grammar/vocabulary.ts';
import { createLighting } from './lighting.ts';
import { type CameraMove, createCameraMove } from './motion/cameraMoves.ts';
import { createMover, type Mover } from './motion/moverPaths.ts';
import { createParticles } from './motion/particles.ts';
import type { PlaceLayout, Rect } from './places/place.ts';
import { layoutPlace } from './places/places.ts';
import { type PlacedThing, placeThings } from './placeThings.ts';
import type { NodeState, Scene } from './scene.ts';

export interface SceneOptions {
  seed: number;
  seconds: number;
  /** Pixels. */
  width: number;
  height: number;
}

/** A scene with what the fault injectors need to know about how it was made. */
export interface BuiltScene extends Scene {
  layout: PlaceLayout;
  /** Things by their index in world.nodes. */
  things: Map<number, PlacedThing>;
  /** Limbs by mover: indices into world.nodes. */
  moverNodes: { mover: Mover; nodes: number[]; name: string }[];
  /** Rain or snow in the air: seen, but no part of the world. */
  particleNodes: number[];
  floorNode: number;
  builder: WorldBuilder;
  /** Things of the prompt for which the place had no room. */
  unplaced: ThingName[];
}

/** What real video cameras and video models show, horizontally. */
const FIELD_OF_VIEW_DEGREES = [58, 90] as const;

/** Makes a plan into a world, its light and its motion. The same plan and options give the same scene. */
export function buildScene(plan: ScenePlan, options: SceneOptions): BuiltScene {
  const { seed, seconds, width, height } = options;
  const random = createRandom(`${seed}/scene`);
  const layout = layoutPlace(plan.place, { random: random.fork('place'), seed, plan });
  const builder = new WorldBuilder(seed);

  for (const { name, sketch } of layout.structure)
    builder.add(name, sketch, identity(), { motion: 'static' });

  const movers = plan.movers
    .flatMap(mover => Array.from({ length: mover.count }, () => mover))
    .slice(0, 3)
    .map((mover, index) => createMover(mover, layout, seconds, index, random.fork(`mover-${index}`)));
  const { lane } = layout;
  const move = createCameraMove(plan.move, layout, seconds, random.fork('camera'));
  const keepClear = [
    {
      minX: lane.x - lane.halfWidth,
      maxX: lane.x + lane.halfWidth,
      minZ: lane.endZ - 0.5,
      maxZ: lane.startZ + 0.6,
    },
    ...movers.map(mover => mover.sweep),
    ...cameraSweep(move, seconds),
  ];
  const { placed, unplaced } = placeThings(plan, layout, keepClear, random.fork('things'));
  // Snow lies on the ground, rain darkens it, unless the prompt says what the ground is.
  const ground = layout.floor.finish;
  if (layout.outdoor && !plan.surfaces.floor) {
    if (plan.weather === 'snow') layout.floor.finish = finish('plaster', [0.88, 0.9, 0.95]);
    if (plan.weather === 'rain')
      layout.floor.finish = { ...ground, tint: ground.tint.map(c => c * 0.68) as typeof ground.tint };
  }
  layout.floor.shade = contactShade(
    [...layout.obstacles, ...placed.map(thing => thing.footprint)],
    layout.floor.shade,
  );
  const floorNode = builder.add('floor', drawFloor(layout.floor, [layout.floor]), identity(), {
    motion: 'static',
  });
  const things = new Map<number, PlacedThing>();
  for (const thing of placed) {
    const index = builder.add(
      thing.kind.replaceAll(' ', '-'),
      thing.sketch,
      thing.worldFromNode,
      thing.recipe.fixed
        ? { motion: 'static' }
        : { motion: 'dynamic', massKilograms: thing.recipe.massKilograms },
    );
    things.set(index, thing);
  }
  const moverNodes: BuiltScene['moverNodes'] = [];
  for (const [index, mover] of movers.entries())
    moverNodes.push(addMover(builder, mover, `${mover.plan.kind}-${index + 1}`));

  const { weather } = plan;
  const falling = layout.outdoor && (weather === 'rain' || weather === 'snow') ? weather : undefined;
  const particles = falling && createParticles(falling, layout, random.fork('particles'));
  const particleNodes = (particles?.slabs ?? []).map(slab =>
    builder.add(`air-${weather}`, slab, identity(), { motion: 'static' }),
  );

  const [narrow, wide] = FIELD_OF_VIEW_DEGREES;
  const fieldOfView = (plan.fieldOfViewDegrees ?? random.fork('lens').range(narrow, wide)) * (Math.PI / 180);
  // A portrait picture is a landscape one held upright: the angle belongs to its longer side.
  const focal = Math.max(width, height) / 2 / Math.tan(fieldOfView / 2);
  return {
    plan,
    world: builder.world,
    lighting: createLighting(plan, layout, random.fork('light')),
    seconds,
    cameraAt: time => ({
      worldFromCamera: move(time),
      fx: focal,
      fy: focal,
      cx: (width - 1) / 2,
      cy: (height - 1) / 2,
      width,
      height,
    }),
    nodesAt: time => [
      ...moverNodes.flatMap(({ mover, nodes }) => moverStates(mover, nodes, time)),
      ...(particles?.at(time) ?? []).map((worldFromNode, i) => ({
        node: particleNodes[i],
        worldFromNode,
        visible: true,
      })),
    ],
    spawns: [{ position: [lane.x, 0, lane.startZ], yaw: lane.endZ < lane.startZ ? 0 : Math.PI }],
    layout,
    things,
    moverNodes,
    particleNodes,
    floorNode,
    builder,
    unplaced,
  };
}

/** What must stay free for the camera, wherever its move takes it. */
function cameraSweep(move: CameraMove, seconds: number): Rect[] {
  const room = 0.55;
  return Array.from({ length: 25 }, (_, i) => {
    const m = move((i / 24) * seconds);
    return { minX: m[12] - room, maxX: m[12] + room, minZ: m[14] - room, maxZ: m[14] + room };
  });
}

/** The floor's surface over some rectangles; texture and shade run on from one to the next. */
export function drawFloor({ finish, cell, shade }: PlaceLayout['floor'], pieces: readonly Rect[]): Sketch {
  const sketch = new Sketch();
  for (const { minX, maxX, minZ, maxZ } of pieces)
    sketch.panel(finish, [minX, 0, maxZ], [maxX - minX, 0, 0], [0, 0, minZ - maxZ], { cell, shade });
  return sketch;
}

/** Adds a mover's limbs as nodes, posed as at time 0. */
export function addMover(
  builder: WorldBuilder,
  mover: Mover,
  name: string,
): BuiltScene['moverNodes'][number] {
  const poses = mover.at(0);
  const nodes = mover.figure.limbs.map((limb, i) =>
    builder.add(`${name}-${limb.name}`, limb.sketch, poses[i], {
      motion: 'dynamic',
      massKilograms: mover.figure.massKilograms / mover.figure.limbs.length,
    }),
  );
  return { mover, nodes, name };
}

export function moverStates(mover: Mover, nodes: readonly number[], time: number): NodeState[] {
  return mover.at(time).map((worldFromNode, i) => ({ node: nodes[i], worldFromNode, visible: true }));
}

/**
 * The world as it is at time 0 for writing to a file: a mover's limbs become one dynamic node, because to physics
 * a walking figure is one thing and not eleven.
 */
export function worldForFile(
  scene: BuiltScene,
  absentNodes: ReadonlySet<number>,
): { nodes: WorldNode[]; materials: Scene['world']['materials']; images: Scene['world']['images'] } {
  const limbs = new Set([...scene.moverNodes.flatMap(({ nodes }) => nodes), ...scene.particleNodes]);
  const nodes = scene.world.nodes.filter((_, index) => !limbs.has(index) && !absentNodes.has(index));
  for (const { mover, nodes: indices, name } of scene.moverNodes) {
    const parts = indices.flatMap(index => {
      const node = scene.world.nodes[index];
      return node.parts.map(part => bake(part, node.worldFromNode));
    });
    nodes.push({
      name,
      worldFromNode: identity(),
      parts,
      motion: 'dynamic',
      massKilograms: mover.figure.massKilograms,
      extras: { mover: mover.plan.kind },
    });
  }
  return { nodes, materials: scene.world.materials, images: scene.world.images };
}

function bake(part: WorldNode['parts'][number], m: Float64Array): WorldNode['parts'][number] {
  const positions = new Float32Array(part.positions.length);
  for (let i = 0; i < positions.length; i += 3) {
    const [x, y, z] = [part.positions[i], part.positions[i + 1], part.positions[i + 2]];
    for (let row = 0; row < 3; row++)
      positions[i + row] = m[row] * x + m[4 + row] * y + m[8 + row] * z + m[12 + row];
  }
  const { normals } = part;
  if (!normals) return { ...part, positions };
  const turned = new Float32Array(normals.length);
  for (let i = 0; i < turned.length; i += 3)
    for (let row = 0; row < 3; row++)
      turned[i + row] = m[row] * normals[i] + m[4 + row] * normals[i + 1] + m[8 + row] * normals[i + 2];
  return { ...part, positions, normals: turned };
}
