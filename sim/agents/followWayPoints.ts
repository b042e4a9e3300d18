import { SteeringBehavior, Vector3, type Vehicle } from 'yuka';

/** Way points are passed at this distance; smaller ones make fast bodies circle them, metres. */
const WAY_POINT_METERS = 0.35;
/** Time in which a body turns its speed round: a tenth of a second, as people do. */
const STEP_RESPONSE_SECONDS = 0.1;

/**
 * Seeks one way point after the other at full speed. Yuka's own FollowPathBehavior arrives at the last one
 * slower and slower; an explorer that picks a new place every half metre would spend its time arriving.
 */
export class FollowWayPoints extends SteeringBehavior {
  private points: Vector3[] = [];
  private next = 0;
  private readonly desired = new Vector3();

  /** @param points in the ground plane, y = 0. */
  start(points: Vector3[]): void {
    this.points = points;
    this.next = 0;
  }

  override calculate(vehicle: Vehicle, force: Vector3): Vector3 {
    const last = this.points.length - 1;
    if (last < 0) return force;
    const near = WAY_POINT_METERS * WAY_POINT_METERS;
    while (this.next < last && vehicle.position.squaredDistanceTo(this.points[this.next]) < near) this.next++;
    this.desired
      .subVectors(this.points[this.next], vehicle.position)
      .normalize()
      .multiplyScalar(vehicle.maxSpeed);
    return force.subVectors(this.desired, vehicle.velocity).multiplyScalar(1 / STEP_RESPONSE_SECONDS);
  }
}
