import './viewer.css';
import { Engine } from '@babylonjs/core/Engines/engine.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { gradually } from '../../engine/gradually.ts';
import { subProgress, throwIfCancelled } from '../../engine/progress.ts';
import { buildScene } from '../../engine/scene/createScene.ts';
import { ApiFailure } from '../api/apiFailure.ts';
import { EyeCamera } from './camera/eyeCamera.ts';
import { lightScene } from './lights.ts';
import { loadHavok } from './load/browserHavok.ts';
import { loadWorldInWorker, worldJob } from './load/loadWorldInWorker.ts';
import { showWorld } from './showWorld.ts';
import type { CreateWorldViewer } from './viewerTypes.ts';

/**
 * Loads a world and shows it on a canvas, walkable at once: the engine's own scene, physics and walker, the same
 * code as the agents'. Throws ApiFailure or DirectorError with the reason's code; CANCELLED by the signal.
 */
export const createWorldViewer: CreateWorldViewer = async (canvas, files, options = {}) => {
  const { signal } = options;
  let mark = performance.now();
  const lap = (stage: string) => {
    const now = performance.now();
    performance.measure(`world ${stage}`, { start: mark, end: now });
    mark = now;
  };
  const reading = loadWorldInWorker(worldJob(files), subProgress(options, 0, 0.7));
  const havokLoading = loadHavok();
  // Awaited below; until then a failure of one must not count as unhandled while another is waited for.
  for (const loading of [reading, havokLoading]) loading.catch(() => undefined);
  const engine = createEngine(canvas);
  try {
    lap('engine');
    const world = await reading.catch(thrown => {
      throwIfCancelled(signal);
      throw thrown;
    });
    lap('world');
    const havok = await havokLoading;
    throwIfCancelled(signal);
    lap('havok');
    const baked = (world.manifest?.cameras.length ?? 0) > 0;
    const worldScene = await gradually(
      buildScene(engine, world, havok, {
        shading: baked ? 'baked' : 'lit',
        solids: world.solids,
        onDrawable: warmUp,
      }),
      'build',
      'Making it solid',
      subProgress(options, 0.7, 1),
    );
    lap('scene');
    return showWorld(canvas, engine, worldScene, world, files['backdrop.webp']?.url, options);
  } catch (thrown) {
    engine.dispose();
    throw thrown;
  }
};

/** Has the graphics thread compile the world's shaders while this one makes the collider. */
function warmUp(scene: Scene): void {
  lightScene(scene);
  // The camera is among what shaders are made for; it is put where it belongs once there is ground to stand on.
  scene.activeCamera = new EyeCamera(scene);
  scene.isReady(true);
}

/**
 * Whether pictures are made by the processor: smooth edges would cost four times the work there. Asked of a
 * context of its own, because edges cannot be changed later.
 */
function drawsInSoftware(): boolean {
  const context = new OffscreenCanvas(1, 1).getContext('webgl2');
  const names = context?.getExtension('WEBGL_debug_renderer_info');
  const renderer = names && context?.getParameter(names.UNMASKED_RENDERER_WEBGL);
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return typeof renderer === 'string' && /swiftshader|llvmpipe|software|basic render/i.test(renderer);
}

function createEngine(canvas: HTMLCanvasElement): Engine {
  const failure = () =>
    new ApiFailure({
      code: 'WEBGL_UNAVAILABLE',
      message: 'This browser cannot draw in 3D: it offers no WebGL 2.',
      suggestion: 'Switch hardware acceleration on, or open the page in another browser.',
      status: 0,
    });
  let engine: Engine;
  try {
    engine = new Engine(canvas, !drawsInSoftware(), {
      stencil: false,
      doNotHandleContextLost: true,
      loseContextOnDispose: true,
      powerPreference: 'high-performance',
      audioEngine: false,
    });
  } catch {
    throw failure();
  }
  if (engine.webGLVersion >= 2) return engine;
  engine.dispose();
  throw failure();
}
