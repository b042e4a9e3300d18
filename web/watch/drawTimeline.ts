import type { ViolationView } from '../../server/api/types.ts';
import type { ExploredPoint } from './exploredCurve.ts';
import type { HeldRange } from './heldTrace.ts';
import { STEPS_PER_SECOND } from './playHead.ts';
import { tickSeconds } from './timeWords.ts';

export interface TimelinePicture {
  /** CSS pixels. */
  width: number;
  height: number;
  /** Simulated seconds that the width stands for. */
  spanSeconds: number;
  headSeconds: number;
  /** The edge of a run that goes on; undefined for one that has ended. */
  liveSeconds: number | undefined;
  ranges: readonly HeldRange[];
  explored: readonly ExploredPoint[];
  violations: readonly ViolationView[];
  selection: string | null;
}

/** Colours of the page, as CSS has them now. */
export type TimelineColours = Record<
  'track' | 'held' | 'curve' | 'curveLine' | 'line' | 'ink' | 'soft' | 'accent' | 'ground',
  string
> &
  Record<ViolationView['severity'], string>;

/** Room left and right, so that the first and the last mark are whole, CSS pixels. */
export const TIMELINE_INSET = 12;
/** Height of the row of violations, and of the row of times. */
const MARKS_HEIGHT = 20;
const TIMES_HEIGHT = 16;
const MARK_SIZE = 5;

/** Where a time lies, CSS pixels from the left. */
export function timeToX(
  seconds: number,
  { width, spanSeconds }: { width: number; spanSeconds: number },
): number {
  return TIMELINE_INSET + (seconds / spanSeconds) * (width - 2 * TIMELINE_INSET);
}

export function xToTime(x: number, { width, spanSeconds }: { width: number; spanSeconds: number }): number {
  const share = (x - TIMELINE_INSET) / Math.max(1, width - 2 * TIMELINE_INSET);
  return Math.min(1, Math.max(0, share)) * spanSeconds;
}

/**
 * Draws the timeline: violations on top, below them what is held with the ground explored as a curve, the times
 * below, and the head across. The context is scaled to CSS pixels.
 */
export function drawTimeline(
  context: CanvasRenderingContext2D,
  picture: TimelinePicture,
  colours: TimelineColours,
): void {
  const { width, height } = picture;
  const top = MARKS_HEIGHT;
  const bottom = height - TIMES_HEIGHT;
  context.clearRect(0, 0, width, height);
  context.fillStyle = colours.track;
  context.fillRect(TIMELINE_INSET, top, width - 2 * TIMELINE_INSET, bottom - top);
  drawHeld(context, picture, colours, top, bottom);
  drawExplored(context, picture, colours, top, bottom);
  drawTimes(context, picture, colours, bottom);
  for (const violation of picture.violations)
    if (violation.time !== undefined && violation.id !== picture.selection)
      drawMark(context, violation, picture, colours, bottom, false);
  const selected = picture.violations.find(({ id }) => id === picture.selection);
  if (selected?.time !== undefined) drawMark(context, selected, picture, colours, bottom, true);
  if (picture.liveSeconds !== undefined) {
    const x = Math.round(timeToX(picture.liveSeconds, picture));
    context.fillStyle = colours.error;
    context.fillRect(x - 1, top, 2, bottom - top);
  }
  drawHead(context, picture, colours, top, bottom);
}

function drawHeld(
  context: CanvasRenderingContext2D,
  picture: TimelinePicture,
  colours: TimelineColours,
  top: number,
  bottom: number,
): void {
  context.fillStyle = colours.held;
  for (const { first, last } of picture.ranges) {
    const from = timeToX(first / STEPS_PER_SECOND, picture);
    const to = timeToX(last / STEPS_PER_SECOND, picture);
    context.fillRect(from, top, Math.max(1, to - from), bottom - top);
  }
}

function drawExplored(
  context: CanvasRenderingContext2D,
  picture: TimelinePicture,
  colours: TimelineColours,
  top: number,
  bottom: number,
): void {
  const { explored, ranges } = picture;
  const last = explored.at(-1);
  if (!last || last.area === 0) return;
  const scale = (bottom - top - 5) / last.area;
  const line = new Path2D();
  for (const [i, { seconds, area }] of explored.entries()) {
    const x = timeToX(seconds, picture);
    const y = bottom - area * scale;
    if (i === 0) line.moveTo(x, y);
    else line.lineTo(x, y);
  }
  // The last look lies up to a quarter of a second before the end of what is held.
  const end = timeToX(Math.max(last.seconds, (ranges.at(-1)?.last ?? 0) / STEPS_PER_SECOND), picture);
  line.lineTo(end, bottom - last.area * scale);
  const filled = new Path2D(line);
  filled.lineTo(end, bottom);
  filled.lineTo(timeToX(explored[0].seconds, picture), bottom);
  context.fillStyle = colours.curve;
  context.fill(filled);
  context.strokeStyle = colours.curveLine;
  context.lineWidth = 1.25;
  context.stroke(line);
}

function drawTimes(
  context: CanvasRenderingContext2D,
  picture: TimelinePicture,
  colours: TimelineColours,
  bottom: number,
): void {
  const { spanSeconds, width } = picture;
  const tick = tickSeconds(spanSeconds, Math.max(2, Math.floor(width / 90)));
  context.fillStyle = colours.soft;
  context.font = '11px ui-monospace, "SF Mono", Menlo, Consolas, monospace';
  context.textBaseline = 'bottom';
  for (let seconds = 0; seconds <= spanSeconds + 1e-6; seconds += tick) {
    const x = Math.round(timeToX(seconds, picture));
    context.fillRect(x, bottom, 1, 4);
    context.textAlign = x > width - 40 ? 'right' : x < 30 ? 'left' : 'center';
    const label = `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')}`;
    context.fillText(label, context.textAlign === 'right' ? x + 2 : x, bottom + TIMES_HEIGHT + 1);
  }
}

/** ▲ an error, ◆ a warning, ● a note, as in the lists; with a line down to its moment. */
function drawMark(
  context: CanvasRenderingContext2D,
  violation: ViolationView,
  picture: TimelinePicture,
  colours: TimelineColours,
  bottom: number,
  selected: boolean,
): void {
  const x = timeToX(violation.time ?? 0, picture);
  const y = MARKS_HEIGHT / 2 + 1;
  const size = selected ? MARK_SIZE + 2 : MARK_SIZE;
  context.fillStyle = colours[violation.severity];
  context.globalAlpha = selected ? 1 : 0.45;
  context.fillRect(Math.round(x), y, 1, bottom - y);
  context.globalAlpha = 1;
  const shape = new Path2D();
  if (violation.severity === 'error') {
    shape.moveTo(x, y - size);
    shape.lineTo(x + size, y + size * 0.8);
    shape.lineTo(x - size, y + size * 0.8);
  } else if (violation.severity === 'warning') {
    shape.moveTo(x, y - size);
    shape.lineTo(x + size, y);
    shape.lineTo(x, y + size);
    shape.lineTo(x - size, y);
  } else shape.arc(x, y, size * 0.85, 0, 2 * Math.PI);
  shape.closePath();
  // A rim in the ground's colour keeps marks apart that lie over each other.
  context.lineWidth = 2.5;
  context.strokeStyle = selected ? colours.ink : colours.ground;
  context.stroke(shape);
  context.fill(shape);
}

function drawHead(
  context: CanvasRenderingContext2D,
  picture: TimelinePicture,
  colours: TimelineColours,
  top: number,
  bottom: number,
): void {
  const x = timeToX(picture.headSeconds, picture);
  context.fillStyle = colours.ground;
  context.fillRect(x - 2, top - 4, 4, bottom - top + 8);
  context.fillStyle = colours.accent;
  context.fillRect(x - 1, top - 4, 2, bottom - top + 8);
  context.beginPath();
  context.arc(x, bottom, 6, 0, 2 * Math.PI);
  context.strokeStyle = colours.ground;
  context.lineWidth = 2;
  context.stroke();
  context.fill();
}

/** The violation whose mark is at a place, the selected or the later where several are; undefined for none. */
export function markAt(
  x: number,
  y: number,
  reachPixels: number,
  picture: Pick<TimelinePicture, 'width' | 'spanSeconds' | 'violations' | 'selection'>,
): ViolationView | undefined {
  if (y > MARKS_HEIGHT + reachPixels / 2) return undefined;
  let nearest: ViolationView | undefined;
  let distance = reachPixels;
  for (const violation of picture.violations) {
    if (violation.time === undefined) continue;
    const away = Math.abs(timeToX(violation.time, picture) - x);
    if (away < distance || (away === distance && violation.id === picture.selection)) {
      nearest = violation;
      distance = away;
    }
  }
  return nearest;
}
