import type { RefObject } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { RunView, WorldView as WorldDto } from '../../server/api/types.ts';
import { announce } from '../ui/announcer.tsx';
import { FailureNotice } from '../ui/FailureNotice.tsx';
import { Icon } from '../ui/Icon.tsx';
import { spaced } from '../ui/words.ts';
import { ReplayBar } from '../watch/ReplayBar.tsx';
import { nextViolation } from './nextViolation.ts';
import { TakeFrame } from './TakeFrame.tsx';
import { useViolationReplay } from './useViolationReplay.ts';
import { useWorldViewer } from './useWorldViewer.ts';
import { HelpPanel, LayerPanel } from './ViewerPanels.tsx';
import type { CameraMode, LayerState, WorldViewer } from './viewerTypes.ts';

export interface WorldViewProps {
  world: WorldDto;
  /** The run whose violations, coverage and trace are shown. */
  run: RunView | null;
  /** Id of a violation, or null. */
  selectedViolation: string | null;
  onSelectViolation(id: string | null): void;
  /** Fills its container instead of having a height of its own. */
  full?: boolean;
}

const MODES: readonly (readonly [CameraMode, string])[] = [
  ['walk', 'Walk'],
  ['fly', 'Fly'],
  ['orbit', 'Orbit'],
];

/** Seconds that a message stands. */
const TOAST_SECONDS = 5;

/** A world to walk in, with what can be shown in it. */
export function WorldView(props: WorldViewProps) {
  const { world, run, selectedViolation, onSelectViolation, full = false } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const root = useRef<HTMLDivElement>(null);
  const { viewer, progress, failure, attempt, retry } = useWorldViewer(canvas, world);
  const [mode, setMode] = useState<CameraMode>('walk');
  const [layers, setLayers] = useState<readonly LayerState[]>([]);
  const [panel, setPanel] = useState<'layers' | 'help' | null>(null);
  const [locked, setLocked] = useState(false);
  const [toast, setToast] = useState<string | null>(null);
  const [shot, setShot] = useState<number | null>(null);
  const [moved, setMoved] = useState(false);
  const instructions = useId();
  const violations = run?.result?.violations;
  const chosen = violations?.find(({ id }) => id === selectedViolation);
  const { replay, failure: replayFailure } = useViolationReplay(viewer, run, chosen);

  useEffect(() => {
    if (!viewer) return undefined;
    setMode(viewer.camera.get().mode);
    setLayers(viewer.layers);
    const ends = [
      viewer.on('mode', setMode),
      viewer.on('layers', setLayers),
      viewer.on('pointerLock', setLocked),
      viewer.on('rest', () => setMoved(true)),
      viewer.on('fell', () => setToast('You fell out of the world and are back at the start.')),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, [viewer]);

  useEffect(
    () =>
      viewer?.onPick(pick => {
        if (pick.kind === 'violation') onSelectViolation(pick.id);
        else if (pick.kind === 'camera') {
          viewer.goToCamera(pick.camera);
          setShot(pick.camera);
        }
      }),
    [viewer, onSelectViolation],
  );

  useEffect(() => viewer?.setPins(violations ?? []), [viewer, violations]);

  const overlays = run?.files['overlays.glb'];
  useEffect(() => {
    viewer?.setOverlays(overlays).catch(() => setToast('The navmesh and coverage could not be loaded.'));
  }, [viewer, overlays?.url]);

  useEffect(() => {
    if (!viewer) return;
    viewer.selectPin(chosen?.id ?? null);
    if (!chosen) return;
    viewer.goToViolation(chosen);
    setShot(null);
    announce(`${spaced(chosen.type)}, ${chosen.severity}: ${chosen.message}`);
  }, [viewer, chosen?.id]);

  useEffect(() => {
    if (toast === null) return undefined;
    announce(toast);
    const timer = setTimeout(() => setToast(null), TOAST_SECONDS * 1000);
    return () => clearTimeout(timer);
  }, [toast]);

  const camera = shot === null ? undefined : viewer?.manifest?.cameras[shot];
  const keys: Record<string, () => void> = {
    KeyF: () => viewer?.camera.set({ mode: mode === 'fly' ? 'walk' : 'fly' }),
    KeyO: () => viewer?.camera.set({ mode: 'orbit' }),
    Home: () => viewer?.respawn(),
    KeyN: () => onSelectViolation(nextViolation(violations ?? [], selectedViolation, 1)),
    KeyB: () => onSelectViolation(nextViolation(violations ?? [], selectedViolation, -1)),
    KeyH: () => setPanel(panel === 'help' ? null : 'help'),
    Escape: () => setPanel(null),
  };

  return (
    <div ref={root} class={`viewer${full ? ' viewer-full' : ''}`}>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: keys go to it as to a program, which is what this role says */}
      <canvas
        ref={canvas}
        key={`${world.id} ${attempt}`}
        class="viewer-canvas"
        tabIndex={0}
        role="application"
        aria-label={`3D view of ${world.name}`}
        aria-describedby={instructions}
        onKeyDown={event => {
          if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
          const act = keys[event.code];
          if (!act) return;
          event.preventDefault();
          act();
        }}
      />
      <p id={instructions} class="visually-hidden">
        W, A, S and D or the arrow keys walk; Q and E turn left and right, R and V look up and down; space
        jumps, shift runs. F changes between walking and flying, O orbits, Home goes back to the start. N and
        B go to the next and previous violation, which is then read out. H lists all keys.
      </p>
      {viewer && !failure ? (
        <>
          <Toolbar viewer={viewer} mode={mode} panel={panel} onPanel={setPanel} root={root} />
          {panel === 'layers' ? <LayerPanel layers={layers} onSet={viewer.setLayer} /> : null}
          {panel === 'help' ? <HelpPanel /> : null}
          {locked ? <span class="viewer-cross" /> : null}
          {toast ? <p class="viewer-toast">{toast}</p> : null}
          {!moved && !panel && !toast && matchMedia('(pointer: fine)').matches ? (
            <p class="viewer-toast viewer-hint">Drag to look around · W A S D to walk · H for help</p>
          ) : null}
          <div class="viewer-corner">
            {replay ? <ReplayBar key={chosen?.id} replay={replay} viewer={viewer} /> : null}
            {replayFailure && chosen ? (
              <FailureNotice title="The replay did not load" failure={replayFailure} />
            ) : null}
            {camera && world.video ? (
              <TakeFrame video={world.video.url} camera={camera} onClose={() => setShot(null)} />
            ) : null}
          </div>
        </>
      ) : null}
      {progress || failure ? (
        <div class="viewer-cover" style={coverPicture(world)}>
          {failure ? (
            <FailureNotice title="The world cannot be shown" failure={failure} onRetry={retry} />
          ) : (
            <div class="progress" role="status">
              <span>{progress?.message}</span>
              <span class="progress-bar">
                <span style={{ transform: `scaleX(${Math.max(0.02, progress?.fraction ?? 0)})` }} />
              </span>
            </div>
          )}
        </div>
      ) : null}
    </div>
  );
}

function Toolbar(props: {
  viewer: WorldViewer;
  mode: CameraMode;
  panel: 'layers' | 'help' | null;
  onPanel(panel: 'layers' | 'help' | null): void;
  root: RefObject<HTMLDivElement | null>;
}) {
  const { viewer, mode, panel, onPanel, root } = props;
  return (
    <div class="viewer-bar" role="toolbar" aria-label="View">
      <span class="viewer-group">
        {MODES.map(([name, words]) => (
          <button
            key={name}
            type="button"
            aria-pressed={mode === name}
            onClick={() => viewer.camera.set({ mode: name })}
          >
            {words}
          </button>
        ))}
      </span>
      <span class="viewer-group">
        <button
          type="button"
          aria-expanded={panel === 'layers'}
          onClick={() => onPanel(panel === 'layers' ? null : 'layers')}
        >
          Layers
        </button>
        <button type="button" onClick={() => viewer.respawn()}>
          Start
        </button>
        <button
          type="button"
          aria-label="Help"
          aria-expanded={panel === 'help'}
          onClick={() => onPanel(panel === 'help' ? null : 'help')}
        >
          ?
        </button>
        {document.fullscreenEnabled ? (
          <button type="button" aria-label="Full screen" onClick={() => toggleFullScreen(root.current)}>
            <Icon name="expand" />
          </button>
        ) : null}
      </span>
    </div>
  );
}

function toggleFullScreen(element: HTMLElement | null): void {
  const done = document.fullscreenElement ? document.exitFullscreen() : element?.requestFullscreen();
  // Refused where the page lies in a frame that does not allow it; the view stays as it is.
  done?.catch(() => undefined);
}

function coverPicture(world: WorldDto): { backgroundImage?: string } {
  const preview = world.files['preview.webp'];
  return preview ? { backgroundImage: `url("${preview.url}")` } : {};
}
