import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createSoftwareCamera } from '../../../engine/camera/softwareCamera.ts';
import { toDirectorError } from '../../../engine/errors.ts';
import { type LongOptions, throwIfCancelled } from '../../../engine/progress.ts';
import type { WorldCamera } from '../../../engine/world/worldSchema.ts';
import { writeGlb } from '../../../engine/world/writeGlb.ts';
import { buildScene, worldForFile } from '../../../scenes/buildScene.ts';
import { drawFaults } from '../../../scenes/faults/drawFaults.ts';
import { loadFailureModel } from '../../../scenes/faults/failureModel.ts';
import { type PlantedFault, plantFaults, type SkippedFault } from '../../../scenes/faults/plantFaults.ts';
import { rotationQuaternion } from '../../../scenes/geometry/transforms.ts';
import type { ScenePlan } from '../../../scenes/grammar/plan.ts';
import { planScene } from '../../../scenes/grammar/planScene.ts';
import type { SceneCamera } from '../../../scenes/scene.ts';
import { encodeVideo } from '../../video/encodeVideo.ts';
import type { GenerationRequest } from '../provider.ts';
import { addGrain, smear } from './sensor.ts';

/** faults.json: what was asked for, what was made of it, and what was planted. */
export interface TakeTruth {
  schema: 'sora-director/faults@1';
  prompt: string;
  seed: number;
  seconds: number;
  width: number;
  height: number;
  framesPerSecond: number;
  failureModel: string;
  faults: PlantedFault[];
  /** Drawn, but the scene had no place for it. */
  skipped: SkippedFault[];
  plan: ScenePlan;
  /** Words of the prompt that were not understood, again at hand. */
  unknownWords: string[];
  /** Things of the prompt that found no room. */
  unplaced: string[];
}

/**
 * Renders a prompt into an H.264 video and writes beside it what is true of it: world.glb, cameras.json, faults.json.
 * The same request gives the same bytes.
 * @param truthFolder is made; where the take fails, it is removed again.
 * @throws FAILURE_MODEL_INVALID, INPUT_NOT_FOUND, FFMPEG_*, OUTPUT_UNWRITABLE, CANCELLED
 */
export async function renderTake(
  request: GenerationRequest,
  videoPath: string,
  truthFolder: string,
  options: LongOptions = {},
): Promise<TakeTruth> {
  const { prompt, seed, seconds, width, height, framesPerSecond } = request;
  const { signal, onProgress } = options;
  const model = await loadFailureModel(request.failureModel);
  onProgress?.({ stage: 'scene', fraction: 0, message: 'Building the scene' });
  const plan = planScene(prompt, seed);
  const scene = buildScene(plan, { seed, seconds, width, height });
  const effects = plantFaults(scene, drawFaults(model, plan, seed), seed);
  throwIfCancelled(signal);

  const frameCount = Math.max(1, Math.round(seconds * framesPerSecond));
  const viewAt = (frame: number) => scene.cameraAt(effects.cameraTime(frame / framesPerSecond));
  const truth: TakeTruth = {
    schema: 'sora-director/faults@1',
    prompt,
    seed,
    seconds,
    width,
    height,
    framesPerSecond,
    failureModel: model.name,
    faults: effects.faults,
    skipped: effects.skipped,
    plan,
    unknownWords: plan.unknownWords,
    unplaced: scene.unplaced,
  };
  try {
    const cameras = Array.from({ length: frameCount }, (_, frame) =>
      cameraTruth(viewAt(frame), frame, framesPerSecond),
    );
    await mkdir(truthFolder, { recursive: true });
    await writeFile(join(truthFolder, 'world.glb'), await writeGlb(worldForFile(scene, effects.absentNodes)));
    await writeFile(join(truthFolder, 'cameras.json'), `${JSON.stringify(cameras)}\n`);
    await writeFile(join(truthFolder, 'faults.json'), `${JSON.stringify(truth, null, 2)}\n`);
    throwIfCancelled(signal);

    const camera = await createSoftwareCamera(scene.world, { samplesPerAxis: 2 });
    try {
      async function* frames(): AsyncGenerator<Uint8Array> {
        for (let frame = 0; frame < frameCount; frame++) {
          // Lets a cancellation arrive: rendering alone never yields to the event loop.
          await nextTurn();
          throwIfCancelled(signal);
          const time = frame / framesPerSecond;
          for (const state of [...scene.nodesAt(time), ...effects.nodesAt(time)]) {
            camera.setNodeTransform(state.node, state.worldFromNode);
            camera.setNodeVisible(state.node, state.visible);
          }
          const exposure = scene.lighting.exposure * effects.exposure(time);
          const { color } = camera.render(viewAt(frame), { ...scene.lighting, exposure });
          smear(color, width, height, Math.round((effects.blurWidthShare(time) * width) / 2));
          addGrain(color, seed, frame);
          onProgress?.({
            stage: 'render',
            fraction: (frame + 1) / frameCount,
            message: `Frame ${frame + 1} of ${frameCount}`,
          });
          yield color;
        }
      }
      await encodeVideo(videoPath, { width, height, framesPerSecond, signal }, frames());
    } finally {
      camera.dispose();
    }
  } catch (thrown) {
    await rm(truthFolder, { recursive: true, force: true });
    throw toDirectorError(thrown);
  }
  return truth;
}

function cameraTruth(view: SceneCamera, frame: number, framesPerSecond: number): WorldCamera {
  const m = view.worldFromCamera;
  return {
    frame,
    time: frame / framesPerSecond,
    position: [m[12], m[13], m[14]],
    rotation: rotationQuaternion(m),
    fx: view.fx,
    fy: view.fy,
    cx: view.cx,
    cy: view.cy,
    width: view.width,
    height: view.height,
  };
}
