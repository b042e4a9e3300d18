import { fileURLToPath } from 'node:url';
import { createWalker } from '../../../engine/locomotion/walker.ts';
import { createPhysicsWorld } from '../../../engine/physics/createPhysicsWorld.ts';
import { loadHavok } from '../../../engine/physics/nodeHavok.ts';
import { box, dynamicBox, floor, worldOf } from '../solids.ts';

/** Twenty crates that tumble onto each other between four walkers that circle and jump: all that can differ between runs. */
export async function runPile(steps: number, throughEmbind = false) {
  const havok = await loadHavok();
  if (throughEmbind) delete havok.raw;
  const crates = Array.from({ length: 20 }, (_, i) =>
    dynamicBox(`crate-${i}`, [(i % 3) * 0.31, 0.6 + i * 0.55, (i % 2) * 0.27], [0.5, 0.5, 0.5], 5 + i),
  );
  const physics = createPhysicsWorld(worldOf(floor(), box('wall', [3, 1.5, 0], [0.2, 3, 8]), ...crates), {
    havok,
  });
  const walkers = [-4, -2, 2, 4].map(z => createWalker(physics, {}, [-3, 0, z]));
  const step = () => {
    walkers.forEach((walker, i) => {
      // From the step count alone, so that a restored world is given the same wishes again.
      const heading = i + physics.stepCount * 0.02;
      walker.step([Math.cos(heading) * 1.5, Math.sin(heading) * 1.5], physics.stepCount % 37 === i);
    });
    physics.step();
  };
  for (let i = 0; i < steps; i++) step();
  return { havok, physics, step };
}

export async function finalHash(steps: number): Promise<string> {
  return (await runPile(steps)).physics.stateHash();
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.stdout.write(await finalHash(Number(process.argv[2])));
