import { lookAt, type Vector3 } from '../../../engine/camera/cameraMath.ts';
import type { CameraView } from '../../../engine/camera/cameraTypes.ts';
import type { SoftwareCamera } from '../../../engine/camera/softwareCamera.ts';
import type { ExplorationView } from '../../observe/runObserver.ts';
import type { Violation } from '../../types.ts';
import { coverageRows } from './coverageRows.ts';
import { encodePicture } from './encodePicture.ts';
import type { WorldMap } from './illustration.ts';
import { inspectionLight } from './inspectionLight.ts';

/** The longer side. */
const MAP_PIXELS = 1000;
/** Around what is walked and found, metres: walls and what stands behind them. */
const MARGIN_METERS = 1.5;
/** The eye's height over the ground, in longer sides: from so far a wall of 3 m leans by less than a pixel or three. */
const EYE_SIDES = 30;
/** Floors are hidden by a ceiling where less of them is seen from above. */
const SEEN_SHARE = 0.7;
/** The cut over the highest floor, metres: above furniture, below ceilings. */
const CUT_METERS = 1.9;
/** A floor that the camera meets within this is seen, metres: thresholds, rugs, merged triangles. */
const SAME_HEIGHT_METERS = 0.5;
const MOST_PROBED_CELLS = 400;

/** The world from above with what was walked; ceilings are cut away where they hide the floors. */
export async function drawMap(
  camera: SoftwareCamera,
  violations: readonly Violation[],
  view: ExplorationView | undefined,
): Promise<WorldMap | undefined> {
  const cells = view ? shownCells(view) : [];
  const world = camera.bounds();
  const places: Vector3[] = [...cells, ...violations.map(violation => violation.position)];
  // Nobody walked: the whole world says more than a few findings.
  if (world && cells.length === 0) places.push(world.min, world.max);
  if (places.length === 0) return undefined;
  const range = (axis: 0 | 1 | 2) => {
    let [min, max] = [Infinity, -Infinity];
    for (const place of places) {
      min = Math.min(min, place[axis]);
      max = Math.max(max, place[axis]);
    }
    return { min, max };
  };
  const [x, y, z] = [range(0), range(1), range(2)];
  const minX = x.min - MARGIN_METERS;
  const minZ = z.min - MARGIN_METERS;
  const sideX = x.max - x.min + 2 * MARGIN_METERS;
  const sideZ = z.max - z.min + 2 * MARGIN_METERS;
  const pixelsPerMeter = MAP_PIXELS / Math.max(sideX, sideZ);
  const widthPixels = Math.max(1, Math.round(sideX * pixelsPerMeter));
  const heightPixels = Math.max(1, Math.round(sideZ * pixelsPerMeter));
  const map: WorldMap = {
    widthPixels,
    heightPixels,
    minX,
    minZ,
    pixelsPerMeter,
    cellMeters: view?.coverage.cellMeters ?? 0,
    ...(view ? coverageRows(view.coverage) : { entered: [], missed: [] }),
  };
  if (!world) return map;

  const ground = cells.length > 0 ? median(cells.map(cell => cell[1])) : y.min;
  const eyeHeight = EYE_SIDES * Math.max(sideX, sideZ);
  const centre = [minX + sideX / 2, ground, minZ + sideZ / 2] as const;
  const eye = [centre[0], ground + eyeHeight, centre[2]] as const;
  const focal = pixelsPerMeter * eyeHeight;
  const viewFrom = (topMeters: number, scale: number): CameraView => {
    const width = Math.max(1, Math.round(widthPixels * scale));
    const height = Math.max(1, Math.round(heightPixels * scale));
    return {
      worldFromCamera: lookAt(eye, centre, [0, 0, -1]),
      fx: (focal * width) / widthPixels,
      fy: (focal * height) / heightPixels,
      cx: (width - 1) / 2,
      cy: (height - 1) / 2,
      width,
      height,
      nearMeters: Math.max(0.02, eye[1] - topMeters),
    };
  };
  const light = inspectionLight();
  const open = camera.render(viewFrom(world.max[1] + 0.1, 0.25), light);
  const probed = cells.filter((_, i) => i % Math.ceil(cells.length / MOST_PROBED_CELLS) === 0);
  const seen = probed.filter(([cellX, cellY, cellZ]) => {
    const column = Math.min(open.width - 1, Math.floor(((cellX - minX) / sideX) * open.width));
    const row = Math.min(open.height - 1, Math.floor(((cellZ - minZ) / sideZ) * open.height));
    return eye[1] - open.depth[row * open.width + column] < cellY + SAME_HEIGHT_METERS;
  }).length;
  const hidden = seen < SEEN_SHARE * probed.length;
  const cutAtMeters = Math.max(...cells.map(cell => cell[1]), -Infinity) + CUT_METERS;
  // Shadows tell heights apart; a ceiling that is cut away still casts its own.
  const frame = camera.render(viewFrom(hidden ? cutAtMeters : world.max[1] + 0.1, 1), {
    ...light,
    shadows: !hidden,
  });
  return {
    ...map,
    image: await encodePicture(frame),
    ...(hidden && { cutAtMeters: Math.round(100 * cutAtMeters) / 100 }),
  };
}

function shownCells({ coverage }: ExplorationView): [number, number, number][] {
  const cells: [number, number, number][] = [];
  for (let cell = 0; cell < coverage.entered.length; cell++)
    if (coverage.entered[cell] || coverage.reachable[cell])
      cells.push([coverage.cells[3 * cell], coverage.cells[3 * cell + 1], coverage.cells[3 * cell + 2]]);
  return cells;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}
