import type { HP_BodyId, HP_WorldId } from '@babylonjs/havok';
import { composeMatrix, multiplyMatrices } from '../world/gltf/matrices.ts';
import type { WorldNode } from '../world/worldModel.ts';
import type { Havok } from './havok.ts';
import type { Vector3 } from './queries.ts';

export type Quaternion = [number, number, number, number];

/** Where a dynamic body is and how it moves. At the start a body's axes are the world's and its origin the node's. */
export interface BodyState {
  position: Vector3;
  /** xyzw, world from body. */
  rotation: Quaternion;
  /** m/s of the centre of mass. */
  linearVelocity: Vector3;
  /** rad/s. */
  angularVelocity: Vector3;
}

export interface PhysicsBody {
  readonly name: string;
  /** Index into the collider's nodes. */
  readonly node: number;
  readonly massKilograms: number;
  readState(): BodyState;
  /** Queries see the new place at once; velocities that are not given are kept. */
  setState(state: Partial<BodyState>): void;
  /** The node's present place, 4×4 column-major, ready for a camera or a scene node. */
  worldFromNode(): Float64Array;
}

export function createPhysicsBody(
  { api }: Havok,
  world: HP_WorldId,
  body: HP_BodyId,
  node: WorldNode,
  nodeIndex: number,
  massKilograms: number,
): PhysicsBody {
  const start = node.worldFromNode;
  const bodyFromNode = Float64Array.from(start);
  bodyFromNode.fill(0, 12, 15);
  return {
    name: node.name,
    node: nodeIndex,
    massKilograms,
    readState() {
      const [position, rotation] = api.HP_Body_GetQTransform(body)[1];
      return {
        position,
        rotation,
        linearVelocity: api.HP_Body_GetLinearVelocity(body)[1],
        angularVelocity: api.HP_Body_GetAngularVelocity(body)[1],
      };
    },
    setState(state) {
      for (const values of Object.values(state))
        if (!values.every(Number.isFinite))
          throw new RangeError(`${node.name} needs a finite state, not ${values.join(', ')}.`);
      const now = this.readState();
      if (state.position || state.rotation) {
        // Havok's broad phase learns of a moved body only at the next step, of an added one at once.
        api.HP_World_RemoveBody(world, body);
        api.HP_Body_SetQTransform(body, [state.position ?? now.position, state.rotation ?? now.rotation]);
        api.HP_World_AddBody(world, body, false);
      }
      api.HP_Body_SetLinearVelocity(body, state.linearVelocity ?? now.linearVelocity);
      api.HP_Body_SetAngularVelocity(body, state.angularVelocity ?? now.angularVelocity);
    },
    worldFromNode() {
      const [position, rotation] = api.HP_Body_GetQTransform(body)[1];
      return multiplyMatrices(composeMatrix(position, rotation, [1, 1, 1]), bodyFromNode);
    },
  };
}
