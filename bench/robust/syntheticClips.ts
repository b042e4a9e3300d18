import { createSoftwareCamera } from '../../engine/camera/softwareCamera.ts';
import { createRandom, type Random } from '../../engine/random.ts';
import type { WorldCamera } from '../../engine/world/worldSchema.ts';
import { addGrain } from '../../pipeline/generate/procedural/sensor.ts';
import { encodeVideo } from '../../pipeline/video/encodeVideo.ts';
import { buildScene } from '../../scenes/buildScene.ts';
import { chain, rotationQuaternion, rotationX, rotationY } from '../../scenes/geometry/transforms.ts';
import { planScene } from '../../scenes/grammar/planScene.ts';

/** What a lift of a clip should come to: a world, or a refusal with one of these codes. */
export type Expected = 'lifted' | readonly string[];

export interface SyntheticKind {
  name: string;
  expected: Expected;
  frames: number;
  /** What the camera does: as the prompt says, or instead of it. */
  camera?: 'stand' | 'turn' | 'slow' | 'cuts';
  /** Words after the place. */
  prompt: string;
  /** Factor on the exposure. */
  light?: number;
  /** Levels of 255 of sensor noise besides the usual grain. */
  noiseLevels?: number;
  /** Share of the picture's width by which the scene is bent at the end. */
  melt?: number;
  /** Share of the picture that cards moving about cover. */
  crowd?: number;
}

const WALK = 'the camera walks slowly forward, no people, nothing moves';

/** Takes that hold parallax and takes that hold none or no rigid place, by what is wrong with them. */
export const KINDS: readonly SyntheticKind[] = [
  { name: 'walk', expected: 'lifted', frames: 40, prompt: WALK },
  { name: 'handheld', expected: 'lifted', frames: 40, prompt: 'handheld camera, no people' },
  { name: 'orbit', expected: 'lifted', frames: 40, prompt: 'the camera orbits, no people' },
  { name: 'slow', expected: 'lifted', frames: 40, camera: 'slow', prompt: WALK },
  {
    name: 'people',
    expected: 'lifted',
    frames: 40,
    prompt: 'three people walk across, the camera walks slowly forward',
  },
  { name: 'dim', expected: 'lifted', frames: 40, prompt: WALK, light: 0.12, noiseLevels: 2 },
  { name: 'few movers', expected: 'lifted', frames: 40, prompt: WALK, crowd: 0.15 },
  { name: 'turn', expected: ['LIFT_NO_PARALLAX'], frames: 40, camera: 'turn', prompt: 'no people' },
  { name: 'tripod', expected: ['LIFT_NO_PARALLAX'], frames: 40, camera: 'stand', prompt: 'no people' },
  {
    name: 'tripod, people',
    expected: ['LIFT_NO_PARALLAX'],
    frames: 40,
    camera: 'stand',
    prompt: 'three people walk across',
  },
  {
    name: 'turn, people',
    expected: ['LIFT_NO_PARALLAX'],
    frames: 40,
    camera: 'turn',
    prompt: 'three people walk across',
  },
  { name: 'dark', expected: ['LIFT_TOO_DARK'], frames: 40, prompt: WALK, light: 0.002, noiseLevels: 3 },
  {
    name: 'melting',
    expected: ['LIFT_INCONSISTENT', 'LIFT_MOSTLY_MOVING'],
    frames: 40,
    prompt: WALK,
    melt: 0.12,
  },
  {
    name: 'melting slowly',
    expected: ['LIFT_INCONSISTENT', 'LIFT_MOSTLY_MOVING'],
    frames: 40,
    prompt: WALK,
    melt: 0.06,
  },
  { name: 'short', expected: ['LIFT_TOO_SHORT'], frames: 4, prompt: WALK },
  { name: 'cuts', expected: ['LIFT_CUT'], frames: 40, camera: 'cuts', prompt: WALK },
  {
    name: 'crowd',
    expected: ['LIFT_MOSTLY_MOVING', 'LIFT_INCONSISTENT'],
    frames: 40,
    prompt: WALK,
    crowd: 0.85,
  },
];

export const PLACES = [
  'living room',
  'hotel hallway',
  'library',
  'courtyard',
  'street',
  'temple',
  'warehouse',
];

const FRAMES_PER_SECOND = 12;
const SHOT_FRAMES = 4;

/** Renders one clip. The same kind, place and seed give the same bytes. @returns its true cameras */
export async function writeSyntheticClip(
  path: string,
  kind: SyntheticKind,
  place: string,
  seed: number,
  width = 448,
  height = 252,
): Promise<WorldCamera[]> {
  const { frames } = kind;
  const seconds = frames / FRAMES_PER_SECOND;
  const plan = planScene(`A ${place}, ${kind.prompt}`, seed);
  const scene = buildScene(plan, { seed, seconds, width, height });
  const camera = await createSoftwareCamera(scene.world, { samplesPerAxis: 2 });
  const random = createRandom(`${seed}/${kind.name}`);
  const viewAt = cameraOf(kind, scene.cameraAt, seconds, random);
  const bend = random.fork('melt');
  const waves = Array.from({ length: 5 }, () => ({
    x: bend.range(0.5, 2.5),
    y: bend.range(0.5, 2.5),
    phase: bend.range(0, 6),
    turn: bend.range(-1, 1),
    axis: bend.integer(2),
  }));
  const cards = kind.crowd === undefined ? [] : drawCards(kind.crowd, random.fork('cards'));
  const cameras: WorldCamera[] = [];
  async function* pictures(): AsyncGenerator<Uint8Array> {
    for (let frame = 0; frame < frames; frame++) {
      const time = frame / FRAMES_PER_SECOND;
      for (const state of scene.nodesAt(time)) {
        camera.setNodeTransform(state.node, state.worldFromNode);
        camera.setNodeVisible(state.node, state.visible);
      }
      const view = viewAt(frame);
      const m = view.worldFromCamera;
      const { fx, fy, cx, cy } = view;
      cameras.push({
        frame,
        time,
        position: [m[12], m[13], m[14]],
        rotation: rotationQuaternion(m),
        fx,
        fy,
        cx,
        cy,
        width,
        height,
      });
      const exposure = scene.lighting.exposure * (kind.light ?? 1);
      let { color } = camera.render(view, { ...scene.lighting, exposure });
      if (kind.melt) color = warp(color, width, height, waves, (kind.melt * width * frame) / frames);
      for (const card of cards) pasteCard(color, width, height, card, frame / frames);
      addGrain(color, seed, frame);
      if (kind.noiseLevels) addNoise(color, kind.noiseLevels, random.fork(`noise ${frame}`));
      yield color;
    }
  }
  try {
    await encodeVideo(path, { width, height, framesPerSecond: FRAMES_PER_SECOND }, pictures());
  } finally {
    camera.dispose();
  }
  return cameras;
}

type CameraAt = ReturnType<typeof buildScene>['cameraAt'];

function cameraOf(kind: SyntheticKind, cameraAt: CameraAt, seconds: number, random: Random) {
  const start = cameraAt(0.3 * seconds);
  const side = random.chance(0.5) ? 1 : -1;
  const reach = random.range(0.5, 0.9);
  const nod = random.range(-0.1, 0.1);
  const times = Array.from({ length: Math.ceil(kind.frames / SHOT_FRAMES) }, () => random.range(0, seconds));
  const turns = times.map((_, i) => 2 * i + random.range(-0.4, 0.4));
  return (frame: number) => {
    const share = frame / kind.frames;
    const time = frame / FRAMES_PER_SECOND;
    switch (kind.camera) {
      case 'stand':
        return start;
      case 'turn':
        return {
          ...start,
          worldFromCamera: chain(
            start.worldFromCamera,
            rotationY(side * reach * (share - 0.5)),
            rotationX(nod * Math.sin(5 * share)),
          ),
        };
      case 'slow':
        return cameraAt(0.3 * time);
      case 'cuts': {
        const shot = Math.floor(frame / SHOT_FRAMES);
        const view = cameraAt(times[shot] + (frame % SHOT_FRAMES) / FRAMES_PER_SECOND);
        return { ...view, worldFromCamera: chain(view.worldFromCamera, rotationY(turns[shot])) };
      }
      default:
        return cameraAt(time);
    }
  };
}

/** Bends the picture by waves that grow and turn: no rigid scene looks so. */
function warp(
  rgba: Uint8Array,
  width: number,
  height: number,
  waves: { x: number; y: number; phase: number; turn: number; axis: number }[],
  amplitudePixels: number,
): Uint8Array<ArrayBuffer> {
  const bent = new Uint8Array(rgba.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const offset = [0, 0];
      for (const wave of waves)
        offset[wave.axis] +=
          (amplitudePixels / 2) *
          Math.sin(
            2 * Math.PI * ((wave.x * x) / width + (wave.y * y) / height) +
              wave.phase +
              (6 * wave.turn * amplitudePixels) / width,
          );
      const sx = Math.min(width - 1, Math.max(0, Math.round(x + offset[0])));
      const sy = Math.min(height - 1, Math.max(0, Math.round(y + offset[1])));
      for (let c = 0; c < 4; c++) bent[4 * (y * width + x) + c] = rgba[4 * (sy * width + sx) + c];
    }
  return bent;
}

interface Card {
  /** Shares of the picture. */
  size: [number, number];
  from: [number, number];
  to: [number, number];
  sway: number;
  phase: number;
  texture: Uint8Array;
}

const CARD_CELLS = 5;

/** Textured cards that cross the picture, until they cover the share of it together. */
function drawCards(share: number, random: Random): Card[] {
  const cards: Card[] = [];
  for (let covered = 0; covered < 1.6 * share; ) {
    const size: [number, number] = [random.range(0.12, 0.22), random.range(0.3, 0.55)];
    covered += size[0] * size[1];
    const y = random.range(0.1, 1 - size[1]);
    const x = random.range(0, 1 - size[0]);
    cards.push({
      size,
      from: [x, y],
      to: [Math.min(1, Math.max(-0.1, x + random.range(-0.5, 0.5))), y + random.range(-0.1, 0.1)],
      sway: random.range(0.02, 0.06),
      phase: random.range(0, 6),
      texture: Uint8Array.from({ length: 3 * CARD_CELLS * 2 * CARD_CELLS }, () => random.integer(256)),
    });
  }
  return cards;
}

function pasteCard(rgba: Uint8Array, width: number, height: number, card: Card, share: number): void {
  const [a, b] = [25 * share + card.phase, 17 * share + 2 * card.phase];
  const left = width * (card.from[0] + (card.to[0] - card.from[0]) * share + card.sway * Math.sin(b));
  const top = height * (card.from[1] + (card.to[1] - card.from[1]) * share + card.sway * Math.sin(a));
  const [w, h] = [width * card.size[0], height * card.size[1]];
  for (let y = Math.max(0, Math.ceil(top)); y < Math.min(height, top + h); y++)
    for (let x = Math.max(0, Math.ceil(left)); x < Math.min(width, left + w); x++) {
      const u = Math.min(CARD_CELLS - 1, Math.floor(((x - left) / w) * CARD_CELLS));
      const v = Math.min(2 * CARD_CELLS - 1, Math.floor(((y - top) / h) * 2 * CARD_CELLS));
      for (let c = 0; c < 3; c++) rgba[4 * (y * width + x) + c] = card.texture[3 * (v * CARD_CELLS + u) + c];
    }
}

/** Adds noise of a normal distribution to every channel alike, in place. */
export function addNoise(rgba: Uint8Array, levels: number, random: Random): void {
  for (let i = 0; i < rgba.length; i += 4) {
    const noise = Math.round(levels * random.normal());
    for (let c = 0; c < 3; c++) rgba[i + c] = Math.min(255, Math.max(0, rgba[i + c] + noise));
  }
}
