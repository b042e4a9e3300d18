import type { Engine } from '@babylonjs/core/Engines/engine.js';
import { SceneInstrumentation } from '@babylonjs/core/Instrumentation/sceneInstrumentation.js';
import type { PhysicsWorld } from '../../engine/physics/createPhysicsWorld.ts';
import type { WorldScene } from '../../engine/scene/createScene.ts';
import { ApiFailure } from '../api/apiFailure.ts';
import { type CameraRig, createCameraRig } from './camera/cameraRig.ts';
import { EyeCamera } from './camera/eyeCamera.ts';
import { findSpawn } from './camera/findSpawn.ts';
import { createFollower, type Follower } from './camera/followPose.ts';
import { placeViewpoint } from './camera/placeViewpoint.ts';
import { cameraTarget } from './camera/takeCamera.ts';
import { createEventHub } from './eventHub.ts';
import { combineInputs } from './input/moveInput.ts';
import { createViewerInputs } from './input/viewerInputs.ts';
import { createAgentMeshes } from './layers/agents.ts';
import { createBackdropDome } from './layers/backdropDome.ts';
import { createLabelCanvas } from './layers/labels.ts';
import { createPinLayer } from './layers/pins.ts';
import { createWorldLayers } from './layers/worldLayers.ts';
import { loadWorldInWorker } from './load/loadWorldInWorker.ts';
import type { ReadWorld } from './load/workerMessages.ts';
import { createPicker } from './picker.ts';
import { createResolution } from './resolution.ts';
import { createStatus } from './status.ts';
import type { FollowFrom, Pick, Point, ViewerEvents, ViewerOptions, WorldViewer } from './viewerTypes.ts';

/** Seconds without movement after which the view counts as at rest. */
const REST_SECONDS = 0.4;
/** Frames drawn after the last change: materials that compile in parallel come in a little later. */
const FRAMES_AFTER_CHANGE = 3;
/** Metres around an agent or place within which names are drawn, and how many at most. */
const LABELS = { meters: 40, count: 40 };

type Events = ViewerEvents & { pick: Pick; frame: number };

/** A world that is loaded, on its canvas: draws it, moves in it, and offers the pages what they may do with it. */
export function showWorld(
  canvas: HTMLCanvasElement,
  engine: Engine,
  worldScene: WorldScene,
  world: ReadWorld,
  backdropUrl: string | undefined,
  options: ViewerOptions,
): WorldViewer {
  const { scene, physics } = worldScene;
  const { manifest } = world;
  const cameras = manifest?.cameras ?? [];
  const hub = createEventHub<Events>();
  scene.skipPointerMovePicking = true;
  scene.autoClear = true;
  const camera = scene.activeCamera;
  if (!(camera instanceof EyeCamera)) throw new TypeError('The scene has no eye.');
  const instrumentation = new SceneInstrumentation(scene);
  const pins = createPinLayer(scene);
  const agents = createAgentMeshes(scene);
  const labelCanvas = createLabelCanvas(canvas);
  let labels: readonly string[] | undefined;
  let followed: { agent: number; follower: Follower; from: FollowFrom } | undefined;
  let framesDue = FRAMES_AFTER_CHANGE;
  let drawCalls = 0;
  const draw = () => {
    framesDue = FRAMES_AFTER_CHANGE;
  };
  const backdrop = backdropUrl === undefined ? undefined : createBackdropDome(scene, backdropUrl, draw);
  const layers = createWorldLayers(worldScene, world.collider, manifest, backdrop);

  const rig: CameraRig = createCameraRig(physics, {
    spawn: findSpawn(physics, manifest),
    reducedMotion: matchMedia('(prefers-reduced-motion: reduce)').matches,
    onMode(mode) {
      if (mode !== 'follow' && followed) {
        followed = undefined;
        agents.setHidden(null);
      }
      draw();
      hub.emit('mode', mode);
    },
    onFell(from) {
      draw();
      hub.emit('fell', { from });
    },
  });

  const picker = createPicker({
    canvas,
    scene,
    camera,
    physics,
    pins,
    agents,
    cameras,
    layers,
    collider: world.collider,
  });
  const inputs = createViewerInputs(canvas, {
    onClick(x, y, byTouch) {
      const pick = picker.pick(x, y, byTouch);
      if (pick.kind === 'violation' || pick.kind === 'agent' || pick.kind === 'camera') inputs.unlock();
      else if (!byTouch && (rig.mode === 'walk' || rig.mode === 'fly')) inputs.lock();
      hub.emit('pick', pick);
    },
    onLock: locked => hub.emit('pointerLock', locked),
    onToggleFly: () => rig.setMode(rig.mode === 'fly' ? 'walk' : 'fly'),
  });

  const status = createStatus(canvas, rig);
  const resolution = createResolution(engine, window.devicePixelRatio || 1);
  let quietSeconds = 0;
  let width = 0;
  let height = 0;
  const fitCanvas = () => {
    if (canvas.clientWidth === width && canvas.clientHeight === height) return;
    width = canvas.clientWidth;
    height = canvas.clientHeight;
    engine.resize(true);
    pins.resize(Math.max(1, width), Math.max(1, height));
    draw();
  };
  const observer = new ResizeObserver(draw);
  observer.observe(canvas);

  function drawLabels(): void {
    if (!labels) {
      labelCanvas.draw([]);
      return;
    }
    const [ex, ey, ez] = rig.pose.eye;
    const shown = agents.poses
      .map((pose, agent) => ({ pose, agent, away: Math.hypot(pose.x - ex, pose.y - ey, pose.z - ez) }))
      .filter(({ agent, away }) => away < LABELS.meters && labels?.[agent] && agent !== hiddenAgent())
      .sort((a, b) => a.away - b.away)
      .slice(0, LABELS.count)
      .flatMap(({ pose, agent }) => {
        const place = picker.toScreen([pose.x, pose.y + agents.body.heightMeters + 0.25, pose.z]);
        return place ? [{ text: labels?.[agent] ?? '', x: place.x, y: place.y }] : [];
      });
    labelCanvas.draw(shown);
  }

  function hiddenAgent(): number | null {
    return followed?.from === 'eyes' ? followed.agent : null;
  }

  let last = performance.now();
  let stillSeconds = Infinity;
  let request = 0;
  const frame = (now: number) => {
    request = requestAnimationFrame(frame);
    const elapsed = Math.min(0.5, Math.max(0, (now - last) / 1000));
    last = now;
    fitCanvas();
    if (width === 0 || height === 0) return;
    hub.emit('frame', elapsed);
    const pose = followed && agents.poses[followed.agent];
    if (followed && pose) rig.setFollowed(followed.follower.pose(pose, elapsed));
    const moved = rig.advance(elapsed, combineInputs(inputs.poll(elapsed)));
    if (moved) draw();
    if (physics.bodies.length > 0 && framesDue === 0 && bodiesMove(physics)) draw();
    const wasResting = stillSeconds >= REST_SECONDS;
    stillSeconds = moved ? 0 : stillSeconds + elapsed;
    if (!wasResting && stillSeconds >= REST_SECONDS) hub.emit('rest', rig.view());
    if (framesDue === FRAMES_AFTER_CHANGE) {
      quietSeconds = 0;
      resolution.moving(elapsed);
    } else {
      quietSeconds += elapsed;
      if (quietSeconds > REST_SECONDS && resolution.resting()) draw();
    }
    if (framesDue === 0) {
      status.update(elapsed, drawCalls);
      return;
    }
    framesDue--;
    worldScene.syncBodies();
    camera.setPose(rig.pose, width / height);
    engine.beginFrame();
    scene.render();
    engine.endFrame();
    drawCalls = instrumentation.drawCallsCounter.current;
    if (!scene.isReady(false)) framesDue = Math.max(framesDue, 1);
    drawLabels();
    status.update(elapsed, drawCalls);
  };
  request = requestAnimationFrame(frame);

  let disposed = false;
  engine.onContextLostObservable.add(() => {
    if (disposed) return;
    options.onError?.(
      new ApiFailure({
        code: 'GRAPHICS_LOST',
        message: 'The graphics card took the picture away.',
        suggestion: 'Reload the view; close other tabs that draw in 3D.',
        status: 0,
      }),
    );
  });
  const overlayLoading: { abort: AbortController | undefined } = { abort: undefined };

  return {
    agents: {
      setBody(body) {
        agents.setBody(body);
        draw();
      },
      setAgents(poses) {
        agents.setAgents(poses);
        draw();
      },
      setLabels(next) {
        labels = next;
        draw();
      },
      follow(agent, from) {
        if (agent === null) {
          if (rig.mode === 'follow') rig.setMode('fly');
          return;
        }
        followed = { agent, from, follower: createFollower(physics, agents.body, from) };
        agents.setHidden(hiddenAgent());
        rig.setMode('follow');
        draw();
      },
      setTrail(points) {
        agents.setTrail(points);
        draw();
      },
    },
    camera: {
      get: () => rig.view(),
      set(view) {
        rig.setView(view);
        draw();
      },
    },
    setPins(violations) {
      pins.set(violations);
      draw();
    },
    selectPin(id) {
      pins.select(id);
      draw();
    },
    goToViolation(violation) {
      const near: Point[] = [rig.pose.eye, ...cameras.map(({ position }) => position)];
      rig.glideTo(placeViewpoint(physics, violation.position, violation.extent, near), violation.position);
      draw();
    },
    goToCamera(index) {
      const shot = cameras[index];
      if (!shot) throw new RangeError(`The take has no camera ${index}.`);
      rig.glideTo(shot.position, cameraTarget(shot, 3));
      draw();
    },
    respawn() {
      rig.respawn();
      draw();
    },
    get layers() {
      return layers.states();
    },
    setLayer(name, visible) {
      layers.set(name, visible);
      if (name === 'pins') pins.setVisible(visible);
      if (name === 'agents') agents.setVisible(visible);
      draw();
      hub.emit('layers', layers.states());
    },
    async setOverlays(file) {
      overlayLoading.abort?.abort();
      overlayLoading.abort = new AbortController();
      const { signal } = overlayLoading.abort;
      const job = file && { visual: file.url, totalBytes: file.bytes, solid: false };
      const model = job && (await loadWorldInWorker(job, { signal }).catch(thrown => thrown as Error));
      // Others were wished for meanwhile, or the viewer is gone: neither is a failure of these.
      if (signal.aborted) return;
      if (model instanceof Error) throw model;
      layers.setOverlays(model?.visual);
      draw();
      hub.emit('layers', layers.states());
    },
    manifest,
    on: hub.on,
    onPick: listener => hub.on('pick', listener),
    onFrame: listener => hub.on('frame', listener),
    dispose() {
      if (disposed) return;
      disposed = true;
      cancelAnimationFrame(request);
      overlayLoading.abort?.abort();
      observer.disconnect();
      inputs.dispose();
      labelCanvas.dispose();
      rig.dispose();
      instrumentation.dispose();
      worldScene.dispose();
      engine.dispose();
    },
  };
}

/** m/s below which a body counts as lying still. */
const STILL_SPEED = 0.01;

function bodiesMove(physics: PhysicsWorld): boolean {
  return physics.bodies.some(body => {
    const { linearVelocity, angularVelocity } = body.readState();
    return Math.hypot(...linearVelocity) > STILL_SPEED || Math.hypot(...angularVelocity) > 5 * STILL_SPEED;
  });
}
