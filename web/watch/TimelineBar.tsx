import { useEffect, useRef, useState } from 'preact/hooks';
import type { ViolationView } from '../../server/api/types.ts';
import { SEVERITY_SIGNS } from '../ui/SeverityCounts.tsx';
import { theme } from '../ui/theme.ts';
import { spaced } from '../ui/words.ts';
import { drawTimeline, markAt, type TimelineColours, type TimelinePicture, xToTime } from './drawTimeline.ts';
import { everyPicture } from './everyPicture.ts';
import { clock, spokenTime } from './timeWords.ts';
import { seekByKey } from './watchKeys.ts';
import type { WatchSession } from './watchSession.ts';

/** CSS pixels around a mark that still hit it: a mouse's, and a finger's. */
const MOUSE_REACH = 8;
const FINGER_REACH = 18;
/** Milliseconds between two updates of what a screen reader hears of the head. */
const SPOKEN_EVERY = 500;

/** The run in time: drag or use the keys to go somewhere, hit a mark to see what was found there. */
export function TimelineBar({ session }: { session: WatchSession }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [hint, setHint] = useState<{ x: number; seconds: number; violation?: ViolationView | undefined }>();
  const colourTheme = theme.value;

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return undefined;
    let colours = readColours(element);
    let drawn = '';
    let spokenAt = -Infinity;
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const recolour = () => {
      colours = readColours(element);
      drawn = '';
    };
    dark.addEventListener('change', recolour);
    const stop = everyPicture(now => {
      const picture = pictureOf(session, element);
      const density = window.devicePixelRatio || 1;
      const key = keyOf(picture, density);
      if (key !== drawn && picture.width > 0) {
        drawn = key;
        resize(element, picture, density);
        context.setTransform(density, 0, 0, density, 0, 0);
        drawTimeline(context, picture, colours);
      }
      if (now - spokenAt < SPOKEN_EVERY) return;
      spokenAt = now;
      speak(element, session);
    });
    return () => {
      stop();
      dark.removeEventListener('change', recolour);
    };
  }, [session, colourTheme]);

  const at = (event: PointerEvent) => {
    const element = event.currentTarget as HTMLCanvasElement;
    const box = element.getBoundingClientRect();
    const picture = pictureOf(session, element);
    const x = event.clientX - box.left;
    const reach = event.pointerType === 'mouse' ? MOUSE_REACH : FINGER_REACH;
    return {
      x,
      seconds: xToTime(x, picture),
      violation: markAt(x, event.clientY - box.top, reach, picture),
    };
  };

  return (
    <div class="timeline">
      <canvas
        ref={canvas}
        class="timeline-canvas"
        role="slider"
        tabIndex={0}
        aria-label="Time in the run"
        aria-valuemin={0}
        aria-valuemax={0}
        aria-valuenow={0}
        onPointerDown={event => {
          if (event.button !== 0) return;
          const { seconds, violation } = at(event);
          if (violation) {
            session.select(violation.id);
            return;
          }
          event.currentTarget.setPointerCapture(event.pointerId);
          session.timeline.head.seek(seconds);
        }}
        onPointerMove={event => {
          const place = at(event);
          if (event.currentTarget.hasPointerCapture(event.pointerId)) {
            session.timeline.head.seek(place.seconds);
            setHint({ x: place.x, seconds: place.seconds });
          } else setHint(event.pointerType === 'mouse' ? place : undefined);
          event.currentTarget.style.cursor = place.violation ? 'pointer' : '';
        }}
        onPointerLeave={() => setHint(undefined)}
        onPointerUp={event => {
          if (event.pointerType !== 'mouse') setHint(undefined);
        }}
        onKeyDown={event => {
          if (event.ctrlKey || event.altKey || event.metaKey) return;
          if (!seekByKey(event.key, session)) return;
          event.preventDefault();
          event.stopPropagation();
          speak(event.currentTarget, session);
        }}
      />
      {hint ? <Hint {...hint} width={canvas.current?.clientWidth ?? 0} /> : null}
    </div>
  );
}

function Hint(props: { x: number; seconds: number; violation?: ViolationView | undefined; width: number }) {
  const { x, seconds, violation, width } = props;
  const side = x > width * 0.6 ? { right: `${Math.max(0, width - x)}px` } : { left: `${Math.max(0, x)}px` };
  return (
    <div class="timeline-hint" style={side} aria-hidden="true">
      <span class="figures">{clock(violation?.time ?? seconds)}</span>
      {violation ? (
        <>
          <span class={`severity ${violation.severity}`}>
            {SEVERITY_SIGNS[violation.severity]} {spaced(violation.type)}
          </span>
          <span>{violation.message}</span>
        </>
      ) : null}
    </div>
  );
}

function pictureOf(session: WatchSession, element: HTMLCanvasElement): TimelinePicture {
  const { timeline } = session;
  const { feed, head } = timeline;
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    spanSeconds: timeline.spanSeconds,
    headSeconds: head.seconds,
    liveSeconds: head.live ? head.last : undefined,
    ranges: feed.trace.ranges,
    explored: timeline.explored.points,
    violations: feed.violations,
    selection: session.selection,
  };
}

function keyOf(picture: TimelinePicture, density: number): string {
  const { width, height, spanSeconds, explored, ranges, violations, selection } = picture;
  const pixels = width * density;
  return [
    width,
    height,
    density,
    spanSeconds,
    // Nothing moves by less than half a pixel.
    Math.round((2 * pixels * picture.headSeconds) / spanSeconds),
    Math.round((2 * pixels * (picture.liveSeconds ?? -1)) / spanSeconds),
    ranges.length,
    Math.round((pixels * (ranges.at(-1)?.last ?? 0)) / 60 / spanSeconds),
    explored.length,
    violations.map(({ id }) => id).join(),
    selection,
  ].join('|');
}

function resize(element: HTMLCanvasElement, { width, height }: TimelinePicture, density: number): void {
  const pixels = [Math.round(width * density), Math.round(height * density)];
  if (element.width !== pixels[0]) element.width = pixels[0];
  if (element.height !== pixels[1]) element.height = pixels[1];
}

function speak(element: HTMLCanvasElement, { timeline }: WatchSession): void {
  const { head } = timeline;
  const set = (name: string, value: string) => {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  };
  set('aria-valuemin', head.first.toFixed(0));
  set('aria-valuemax', head.last.toFixed(0));
  set('aria-valuenow', head.seconds.toFixed(1));
  set(
    'aria-valuetext',
    `${spokenTime(head.seconds)} of ${spokenTime(head.last)}${head.following ? ', live' : ''}`,
  );
}

const COLOURS: Record<keyof TimelineColours, string> = {
  track: '--sunken',
  held: '--line',
  curve: '--accent-wash',
  curveLine: '--accent',
  line: '--line-strong',
  ink: '--ink',
  soft: '--ink-soft',
  accent: '--accent',
  ground: '--surface',
  error: '--error',
  warning: '--warning',
  info: '--info',
};

/** A canvas knows no light-dark(): the browser is asked what the colours are now. */
function readColours(element: HTMLElement): TimelineColours {
  const probe = document.createElement('span');
  element.parentElement?.append(probe);
  const read = Object.entries(COLOURS).map(([name, variable]) => {
    probe.style.color = `var(${variable})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(read) as TimelineColours;
}
