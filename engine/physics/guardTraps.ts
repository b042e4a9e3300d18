import { DirectorError } from '../errors.ts';
import type { PhysicsWorld } from './createPhysicsWorld.ts';

/**
 * Uses a physics world and disposes of it. After a trap in Havok its instance is torn: nothing of it is called any
 * more, not even to dispose of it, and it goes with its last reference.
 * @throws what `use` throws; PHYSICS_TRAPPED.
 */
export async function guardTraps<Result>(
  physics: PhysicsWorld,
  use: (physics: PhysicsWorld) => Promise<Result>,
): Promise<Result> {
  let torn = false;
  try {
    return await use(physics);
  } catch (cause) {
    if (!(cause instanceof WebAssembly.RuntimeError)) throw cause;
    torn = true;
    throw new DirectorError('PHYSICS_TRAPPED', `The physics engine broke on this world: ${cause.message}.`, {
      details: { stepCount: physics.stepCount },
      cause,
    });
  } finally {
    if (!torn) physics.dispose();
  }
}
