import { multiplyMatrices } from '../engine/world/gltf/matrices.ts';
import type { LoadedWorld } from '../engine/world/loadWorld.ts';
import type { WorldModel } from '../engine/world/worldModel.ts';
import { TURN_UPRIGHT, type UpAxis } from './detectors/badUp.ts';
import type { Mend } from './types.ts';

export const UP_AXES: readonly UpAxis[] = ['+Y', '+Z', '-Z', '+X', '-X', '-Y'];

/**
 * The world as it is with another axis up, or in other units: turned so that `up` becomes +Y, then made `scale` times as
 * large, spawns included. Its files stay as they are; what the test finds is in the mended world's frame.
 */
export function mendWorld(world: LoadedWorld, mend: Mend | undefined): LoadedWorld {
  if (!mend || (mend.up === '+Y' && mend.scale === 1)) return world;
  const rows = TURN_UPRIGHT[mend.up];
  const matrix = new Float64Array(16);
  for (let row = 0; row < 3; row++)
    for (let column = 0; column < 3; column++) matrix[4 * column + row] = mend.scale * rows[row][column];
  matrix[15] = 1;
  const move = (model: WorldModel): WorldModel => ({
    ...model,
    nodes: model.nodes.map(node => ({
      ...node,
      worldFromNode: multiplyMatrices(matrix, node.worldFromNode),
    })),
  });
  const visual = move(world.visual);
  const { manifest } = world;
  return {
    ...world,
    mend,
    visual,
    collider: world.collider === world.visual ? visual : move(world.collider),
    ...(manifest && {
      manifest: {
        ...manifest,
        spawns: manifest.spawns.map(spawn => ({
          ...spawn,
          position: rows.map(
            row => mend.scale * row.reduce((sum, value, k) => sum + value * spawn.position[k], 0),
          ) as typeof spawn.position,
        })),
      },
    }),
  };
}
