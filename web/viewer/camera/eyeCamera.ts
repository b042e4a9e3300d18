import { Camera } from '@babylonjs/core/Cameras/camera.js';
import { Matrix, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { direction } from './angles.ts';
import type { Pose } from './cameraRig.ts';

/** A camera that is put where a pose is; Babylon's own bring inputs of their own. */
export class EyeCamera extends Camera {
  private readonly eye = new Vector3();
  private readonly lookAt = new Vector3();
  private readonly view = Matrix.Identity();

  constructor(scene: Scene) {
    super('eye', Vector3.Zero(), scene);
    // Closer than the walker's body keeps walls; further than any world is seen.
    this.minZ = 0.05;
    this.maxZ = 3000;
  }

  setPose({ eye, yaw, pitch }: Readonly<Pose>, aspect: number): void {
    const [x, y, z] = direction(yaw, pitch);
    this.position.copyFromFloats(eye[0], eye[1], eye[2]);
    this.eye.copyFrom(this.position);
    this.lookAt.copyFromFloats(eye[0] + x, eye[1] + y, eye[2] + z);
    // 65° high on a wide screen; on an upright phone higher, so that it is not like looking through a slit.
    this.fov = aspect >= 1 ? 1.13 : 1.35;
    Matrix.LookAtRHToRef(this.eye, this.lookAt, Vector3.UpReadOnly, this.view);
  }

  override _isSynchronizedViewMatrix(): boolean {
    return false;
  }

  override _getViewMatrix(): Matrix {
    return this.view;
  }
}
