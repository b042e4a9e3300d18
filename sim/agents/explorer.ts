import { Think, Vector3, Vehicle } from 'yuka';
import type { Random } from '../../engine/random.ts';
import { EscapeEvaluator, ExploreEvaluator, InspectEvaluator, WallEvaluator } from './explorerGoals.ts';
import { FollowWayPoints } from './followWayPoints.ts';
import type { Mission } from './mission.ts';
import type { Persona } from './personas.ts';

/**
 * One agent's mind: a Yuka vehicle that steers in the ground plane, with goals. Its body is moved by the run,
 * which writes back where the feet are; the vehicle's own y stays 0, heights live in the feet.
 */
export class Explorer extends Vehicle {
  readonly index: number;
  readonly persona: Persona;
  readonly mission: Mission;
  readonly random: Random;
  readonly brain: Think<Explorer>;
  /** Feet, metres. */
  readonly feet: [number, number, number] = [0, 0, 0];
  grounded = false;
  /** Steps since the start of the run. */
  step = 0;
  /** Set by the run when the body left what can be reached or does not get on. */
  needsEscape = false;
  /** Set by EscapeGoal when every direction was tried. */
  escapeFailed = false;
  wantsJump = false;
  /** Straight velocity that overrides the path, m/s; undefined while steering. */
  push: { x: number; z: number } | undefined;
  private readonly follow = new FollowWayPoints();

  constructor(index: number, persona: Persona, mission: Mission, random: Random) {
    super();
    this.index = index;
    this.persona = persona;
    this.mission = mission;
    this.random = random;
    this.maxSpeed = persona.speed;
    this.maxForce = 60;
    this.updateOrientation = false;
    this.follow.active = false;
    this.steering.add(this.follow);
    this.brain = new Think<Explorer>(this);
    this.brain.addEvaluator(new ExploreEvaluator(persona.exploreBias));
    this.brain.addEvaluator(new InspectEvaluator(persona.inspectBias));
    this.brain.addEvaluator(new WallEvaluator(persona.wallBias));
    this.brain.addEvaluator(new EscapeEvaluator());
  }

  /** Starts along way points; false where there are none. */
  takePath(points: Vector3[]): boolean {
    if (points.length === 0) return false;
    this.follow.start(points.map(point => new Vector3(point.x, 0, point.z)));
    this.follow.active = true;
    this.push = undefined;
    return true;
  }

  halt(): void {
    this.follow.active = false;
    this.push = undefined;
    this.velocity.set(0, 0, 0);
  }

  /** Called by the entity manager once a step: thinks, then steers. */
  override update(delta: number): this {
    this.wantsJump = false;
    if (this.needsEscape) this.brain.arbitrate();
    // A brain whose last goal has just failed chooses again at once: it has to know of the need then too.
    this.brain.execute();
    this.needsEscape = false;
    super.update(delta);
    if (
      this.persona.jumpsPerSecond > 0 &&
      this.grounded &&
      this.random.chance(this.persona.jumpsPerSecond * delta)
    )
      this.wantsJump = true;
    return this;
  }

  /** Forgets everything, as after a fall. */
  restart(): void {
    this.brain.clearSubgoals();
    this.brain.status = 'inactive';
    this.needsEscape = false;
    this.escapeFailed = false;
    this.halt();
  }

  /** Horizontal velocity that it wants now, m/s. */
  wanted(): { x: number; z: number } {
    return this.push ?? { x: this.velocity.x, z: this.velocity.z };
  }
}
