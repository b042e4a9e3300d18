import { createSoftwareCamera } from '../../../engine/camera/softwareCamera.ts';
import { toDirectorError } from '../../../engine/errors.ts';
import { type LongOptions, throwIfCancelled } from '../../../engine/progress.ts';
import { type LoadedWorld, loadWorld } from '../../../engine/world/loadWorld.ts';
import type { ExplorationView } from '../../observe/runObserver.ts';
import type { TestRun } from '../../types.ts';
import { gravestFirst } from '../verdict.ts';
import { drawMap } from './drawMap.ts';
import type { Illustration } from './illustration.ts';
import { takePicture } from './takePicture.ts';

export interface IllustrateOptions extends LongOptions {
  /** Most that the pictures may take together, bytes of the page. */
  mostBytes: number;
}

/** More pictures of one world than this nobody looks at; each takes about a tenth of a second to find. */
const MOST_PICTURES = 60;

/**
 * Draws a run: its world from above, and each violation from near by, the gravest first, as far as the bytes go.
 * What cannot be drawn is said in leftOut; a run is never lost to its pictures.
 * @throws CANCELLED only.
 */
export async function illustrateRun(
  world: LoadedWorld,
  run: TestRun,
  view: ExplorationView | undefined,
  { mostBytes, signal, onProgress }: IllustrateOptions,
): Promise<Illustration> {
  const illustration: Illustration = { pictures: {}, leftOut: [] };
  try {
    const visual = await withTextures(world, illustration);
    const camera = await createSoftwareCamera(visual, { samplesPerAxis: 2 });
    // Viewpoints are judged by many small pictures without smooth edges.
    const probe = await createSoftwareCamera(visual);
    try {
      let bytes = 0;
      onProgress?.({ stage: 'illustrate', fraction: 0, message: 'Drawing the map' });
      const map = await drawMap(camera, run.violations, view);
      if (map) {
        const size = (map.image?.length ?? 0) + 24 * (map.entered.length + map.missed.length);
        if (size <= mostBytes) {
          illustration.map = map;
          bytes += size;
        } else illustration.leftOut.push(`The map: it takes ${size} bytes of ${mostBytes}.`);
      }
      const violations = gravestFirst(run.violations);
      for (const [index, violation] of violations.entries()) {
        throwIfCancelled(signal);
        onProgress?.({
          stage: 'illustrate',
          fraction: index / violations.length,
          message: `Picture ${index + 1} of ${violations.length}`,
        });
        const node = visual.nodes.findIndex(each => each.name === violation.object);
        const picture =
          index < MOST_PICTURES ? await takePicture({ camera, probe }, violation, node) : undefined;
        if (!picture || bytes + picture.image.length > mostBytes) {
          illustration.leftOut.push(
            `${violations.length - index} of ${violations.length} pictures: ${picture ? `the page has room for ${Math.round(mostBytes / 1000)} kB a world` : `${MOST_PICTURES} are made of a world`}.`,
          );
          break;
        }
        bytes += picture.image.length;
        illustration.pictures[violation.id] = picture;
      }
    } finally {
      camera.dispose();
      probe.dispose();
    }
  } catch (thrown) {
    const error = toDirectorError(thrown);
    if (error.code === 'CANCELLED') throw error;
    illustration.leftOut.push(`What could not be drawn: ${error.message}`);
  }
  return illustration;
}

/** Physics needs no textures and a test does not fail for them; pictures want them. */
async function withTextures(world: LoadedWorld, illustration: Illustration) {
  try {
    return (await loadWorld(world.path)).visual;
  } catch (thrown) {
    illustration.leftOut.push(`The textures: ${toDirectorError(thrown).message}`);
    return world.visual;
  }
}
