import type { Track } from './buildTracks.ts';
import type { VideoTracks } from './trackVideo.ts';

const COLUMNS = 10;
const ROWS = 6;

/**
 * Chooses tracks that carry the growing map: the longest first, until every keyframe holds `perCell` of them in each
 * cell of a 10×6 grid that has as many. The poses need no more, and the work of growing falls with their number.
 * @returns indices into `list`, ascending.
 */
export function thinTracks(tracks: VideoTracks, list: readonly Track[], perCell: number): number[] {
  const used = tracks.keyframes.map(() => new Uint16Array(COLUMNS * ROWS));
  const cellOf = (keyframe: number, point: number) => {
    const { positions } = tracks.keyframes[keyframe];
    const column = Math.floor((positions[2 * point] / tracks.width) * COLUMNS);
    const row = Math.floor((positions[2 * point + 1] / tracks.height) * ROWS);
    return Math.max(0, Math.min(ROWS - 1, row)) * COLUMNS + Math.max(0, Math.min(COLUMNS - 1, column));
  };
  const order = [...list.keys()].sort((p, q) => list[q].points.length - list[p].points.length || p - q);
  const chosen: number[] = [];
  for (const t of order) {
    const { keyframes, points } = list[t];
    let isWanted = false;
    for (let k = 0; k < points.length && !isWanted; k++)
      isWanted = used[keyframes[k]][cellOf(keyframes[k], points[k])] < perCell;
    if (!isWanted) continue;
    for (let k = 0; k < points.length; k++) used[keyframes[k]][cellOf(keyframes[k], points[k])]++;
    chosen.push(t);
  }
  return chosen.sort((p, q) => p - q);
}
