import { DirectorError } from '../../../engine/errors.ts';
import { writeWorldFolder } from '../../../engine/world/writeWorldFolder.ts';
import { box, PLASTER } from '../solids.ts';

/** Run by writeWorldFolder.test.ts under a limit on file size: writes a world of more than 100 kB and prints the code it ends with. */
const nodes = Array.from({ length: 300 }, (_, i) => box(`box-${i}`, [i, 0, 0], [1, 1, 1]));
const model = { nodes, materials: [PLASTER], images: [] };
try {
  await writeWorldFolder(process.argv[2] ?? '', {
    manifest: {
      schema: 'sora-director/world@1',
      units: 'm',
      up: '+Y',
      source: {},
      scale: { source: 'assumed', factor: 1, confidence: 0 },
      cameras: [],
      spawns: [],
      objects: [],
      inferred: [],
    },
    visual: model,
    collider: model,
  });
  process.stdout.write('written');
} catch (error) {
  process.stdout.write(error instanceof DirectorError ? error.code : String(error));
}
