import { createSoftwareCamera } from '../../engine/camera/softwareCamera.ts';
import type { GenerationRequest } from '../../pipeline/generate/provider.ts';
import { buildScene } from '../../scenes/buildScene.ts';
import { drawFaults } from '../../scenes/faults/drawFaults.ts';
import { type FaultType, loadFailureModel } from '../../scenes/faults/failureModel.ts';
import { plantFaults } from '../../scenes/faults/plantFaults.ts';
import { planScene } from '../../scenes/grammar/planScene.ts';

/** Left, top, right, bottom in shares of the picture. */
export type Box = readonly [number, number, number, number];

/** What the camera sees of the thing that a planted fault concerns; one that pops is shown throughout. */
export interface FaultVisibility {
  type: FaultType;
  /** Seconds. */
  from: number;
  to: number;
  /** Share of the picture, frame by frame. */
  area: number[];
  /** Undefined where it is not in view. */
  boxes: (Box | undefined)[];
}

const [WIDTH, HEIGHT] = [160, 90];

/** Renders a take's scene once more, small, and counts the pixels of the nodes that its faults name. */
export async function faultVisibility(
  request: GenerationRequest,
  types: readonly FaultType[],
): Promise<FaultVisibility[]> {
  const { prompt, seed, seconds, width, height, framesPerSecond } = request;
  const plan = planScene(prompt, seed);
  const scene = buildScene(plan, { seed, seconds, width, height });
  const effects = plantFaults(
    scene,
    drawFaults(await loadFailureModel(request.failureModel), plan, seed),
    seed,
  );
  const watched = effects.faults
    .filter(({ type }) => types.includes(type))
    .map(fault => ({
      seen: { type: fault.type, from: fault.from, to: fault.to, area: [], boxes: [] } as FaultVisibility,
      nodes: new Set(
        scene.world.nodes.flatMap(({ name }, node) =>
          // A thing is one node; a person has one for each limb, of the same beginning.
          name === fault.node || (fault.type === 'mover-crossing' && name.startsWith(fault.node ?? '\0'))
            ? [node]
            : [],
        ),
      ),
    }));
  const camera = await createSoftwareCamera(scene.world, { samplesPerAxis: 1 });
  try {
    for (let frame = 0; frame < Math.round(seconds * framesPerSecond); frame++) {
      const time = frame / framesPerSecond;
      for (const state of [...scene.nodesAt(time), ...effects.nodesAt(time)]) {
        camera.setNodeTransform(state.node, state.worldFromNode);
        camera.setNodeVisible(state.node, state.visible);
      }
      for (const { seen, nodes } of watched)
        if (seen.type === 'pop') for (const node of nodes) camera.setNodeVisible(node, true);
      const view = scene.cameraAt(effects.cameraTime(time));
      const [kx, ky] = [WIDTH / view.width, HEIGHT / view.height];
      const small = { fx: view.fx * kx, fy: view.fy * ky, cx: view.cx * kx, cy: view.cy * ky };
      const { nodeId } = camera.render({ ...view, ...small, width: WIDTH, height: HEIGHT }, scene.lighting);
      for (const { seen, nodes } of watched) {
        const { area, box } = measure(nodeId, nodes);
        seen.area.push(area);
        seen.boxes.push(box);
      }
    }
  } finally {
    camera.dispose();
  }
  return watched.map(({ seen }) => seen);
}

function measure(nodeId: Uint16Array, nodes: ReadonlySet<number>): { area: number; box: Box | undefined } {
  let [count, left, top, right, bottom] = [0, WIDTH, HEIGHT, 0, 0];
  nodeId.forEach((id, pixel) => {
    if (!nodes.has(id - 1)) return;
    const [x, y] = [pixel % WIDTH, Math.floor(pixel / WIDTH)];
    count++;
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + 1);
    bottom = Math.max(bottom, y + 1);
  });
  const box: Box = [left / WIDTH, top / HEIGHT, right / WIDTH, bottom / HEIGHT];
  return { area: count / nodeId.length, box: count > 0 ? box : undefined };
}
