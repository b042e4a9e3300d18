import { createWalker } from '../../engine/locomotion/walker.ts';
import { createPhysicsWorld } from '../../engine/physics/createPhysicsWorld.ts';
import { loadHavok } from '../../engine/physics/nodeHavok.ts';
import { roomSpawns } from './roomsWorld.ts';
import type { MakeWalkers } from './walkers.ts';
import { Wanderer } from './wanderer.ts';

/** The engine's walkers; `throughEmbind` takes the way of a Havok whose structs lie otherwise. */
export const ourWalkers =
  (throughEmbind = false): MakeWalkers =>
  async (world, count) => {
    const havok = await loadHavok();
    if (throughEmbind) delete havok.raw;
    const physics = createPhysicsWorld(world, { havok });
    const agents = roomSpawns(count).map((feet, i) => ({
      walker: createWalker(physics, {}, feet),
      wanderer: new Wanderer(i),
    }));
    return {
      step() {
        for (const { walker, wanderer } of agents)
          walker.step(wanderer.next(walker.feetPosition[0], walker.feetPosition[2]), false);
        physics.step();
      },
      dispose: () => physics.dispose(),
    };
  };
