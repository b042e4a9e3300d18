import { Think, Vector3, Vehicle } from 'yuka';
import type { Random } from '../../engine/random.ts';
import {
  EscapeEvaluator,
  ExploreEvaluator,
  InspectEvaluator,
  WallEvaluator,
  YieldEvaluator,
} from './explorerGoals.ts';
import { FollowWayPoints } from './followWayPoints.ts';
import type { Mission } from './mission.ts';
import type { Persona } from './personas.ts';

/** Steps in one another's way until one makes way: two that can pass have passed by then. */
const MET_STEPS = 20;
/** Agents lose patience one after the other, so that not both of two turn back. */
const MET_TURNS = 4;

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
  /** Navmesh polygon that it stands on, −1 for none. */
  polygon = -1;
  /** Component of the navmesh that it is on or was on last; from there nothing else can be walked to. */
  component = -1;
  /** Steps since the start of the run. */
  step = 0;
  /** Set by the run when the body left what can be reached or does not get on. */
  needsEscape = false;
  /** Set by EscapeGoal when every direction was tried. */
  escapeFailed = false;
  wantsJump = false;
  /** Steps in a row, less those since, in which another agent was in its way; see MET_STEPS. */
  metSteps = 0;
  /** Set where it has stood in another's way, or another in its, for too long. */
  needsWay = false;
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
    this.brain.addEvaluator(new YieldEvaluator());
  }

  /**
   * Whether it stands on the piece of ground that its work is on. Who came onto another, over a chair that it pushed
   * away, finds no path from there, and that says nothing of where it was to go.
   */
  get canSetOut(): boolean {
    return this.polygon < 0 || this.mission.navmesh.component[this.polygon] === this.component;
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
    if (this.needsEscape || this.needsWay) this.brain.arbitrate();
    // A brain whose last goal has just failed chooses again at once: it has to know of the need then too.
    this.brain.execute();
    this.needsEscape = false;
    this.needsWay = false;
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
    this.polygon = -1;
    this.needsEscape = false;
    this.needsWay = false;
    this.metSteps = 0;
    this.escapeFailed = false;
    this.halt();
  }

  /** Takes note of whether another agent was in its way in this step; after MET_STEPS of it, it makes way. */
  meet(met: boolean): void {
    this.metSteps = met ? this.metSteps + 1 : Math.max(0, this.metSteps - 1);
    if (this.metSteps < MET_STEPS * (1 + (this.index % MET_TURNS))) return;
    this.metSteps = 0;
    this.needsWay = true;
  }

  /** Horizontal velocity that it wants now, m/s; to be read at once. */
  wanted(): Readonly<{ x: number; z: number }> {
    return this.push ?? this.velocity;
  }
}
