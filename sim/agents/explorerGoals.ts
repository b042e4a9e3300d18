import { Goal, GoalEvaluator } from 'yuka';
import type { Explorer } from './explorer.ts';
import { type Inspection, MAX_ATTEMPTS, placeOf } from './inspections.ts';
import type { BorderPlace } from './suspiciousPlaces.ts';

/** What explorers can set out to do, and when each is worth it. Times in seconds, lengths in metres. */

const STEPS_PER_SECOND = 60;
/** Near enough to count as there: inside the body. */
const ARRIVAL_METERS = 0.4;
const ARRIVAL_HEIGHT_METERS = 1;
/** Walks take longer than length / speed: bends, stairs, other bodies. */
const PATIENCE_FACTOR = 2;
const PATIENCE_SECONDS = 3;
/** Long enough to cross a doorway and fall a storey, short enough to get on; where there is an aim, beside the way there. */
const CROSS_SECONDS = 1.6;
/** A body this far below where it set out went over the border, metres: more than a step, less than a chair's seat. */
const SUNK_METERS = 0.4;
/** A wall that lets a body in does so at once. */
const PRESS_SECONDS = 0.5;
/** Places drawn for making way, and how far off at most, metres: beyond a junction, not at the other end. */
const YIELD_DRAWS = 12;
const YIELD_METERS = 5;
/** m/s: from this pace a body stops over the middle of a hole a hand wider than itself. */
const FALL_IN_SPEED = 1.5;
/** Near enough to the middle of a hole, metres. */
const AIM_METERS = 0.1;
const ESCAPE_DIRECTIONS = 8;
const ESCAPE_SECONDS_EACH = 1;

/** Goes along a path to a place; fails when it takes far longer than it should. */
abstract class WalkGoal extends Goal<Explorer> {
  /** Off the navmesh, it found no way from where it is: that says nothing of where it was to go. */
  protected isLost = false;
  private deadline = 0;
  private target: readonly number[] = [0, 0, 0];

  /** @param polygon of the target, −1 where that is not known. */
  protected setOut(explorer: Explorer, target: readonly number[], polygon: number): boolean {
    const points = explorer.mission.findPath(explorer.feet, explorer.polygon, target, polygon);
    this.isLost = points.length === 0 && explorer.polygon < 0;
    if (!explorer.takePath(points)) return false;
    let length = 0;
    for (let i = 1; i < points.length; i++) length += points[i].distanceTo(points[i - 1]);
    const seconds = PATIENCE_SECONDS + (PATIENCE_FACTOR * length) / explorer.persona.speed;
    this.deadline = explorer.step + Math.ceil(seconds * STEPS_PER_SECOND);
    this.target = target;
    return true;
  }

  protected progress(explorer: Explorer): 'there' | 'late' | 'underway' {
    const { target } = this;
    const { feet } = explorer;
    const dx = target[0] - feet[0];
    const dz = target[2] - feet[2];
    if (
      dx * dx + dz * dz < ARRIVAL_METERS * ARRIVAL_METERS &&
      Math.abs(target[1] - feet[1]) < ARRIVAL_HEIGHT_METERS
    )
      return 'there';
    return explorer.step > this.deadline ? 'late' : 'underway';
  }
}

/** Walks to a cell that nobody entered. */
export class ExploreGoal extends WalkGoal {
  private reached = false;
  private cell = -1;

  override activate(): void {
    const explorer = ownerOf(this);
    const { cells, polygon } = explorer.mission.coverage;
    const { velocity } = explorer;
    const speed = Math.max(1e-6, velocity.length());
    const cell = explorer.mission.claimCell(explorer, velocity.x / speed, velocity.z / speed);
    this.cell = cell;
    const target = [cells[3 * cell], cells[3 * cell + 1], cells[3 * cell + 2]];
    if (cell < 0 || !this.setOut(explorer, target, polygon[cell])) this.status = Goal.STATUS.FAILED;
  }

  override execute(): void {
    if (this.status !== Goal.STATUS.ACTIVE) return;
    const explorer = ownerOf(this);
    const progress = this.progress(explorer);
    // Whoever entered it, the cell is done.
    this.reached = progress === 'there' || explorer.mission.coverage.entered[this.cell] === 1;
    if (!this.reached && progress === 'underway') return;
    this.status = this.reached ? Goal.STATUS.COMPLETED : Goal.STATUS.FAILED;
  }

  override terminate(): void {
    const explorer = ownerOf(this);
    // Others in the way, or a body too large for the navmesh, say nothing of the cell.
    const counts = !this.isLost && !explorer.needsWay && explorer.persona.bodyScale <= 1;
    explorer.mission.releaseCell(explorer.index, this.reached || !counts);
    if (!this.reached) explorer.halt();
  }
}

/** Walks to a border place, then straight across it. */
export class InspectGoal extends WalkGoal {
  private readonly inspection: Inspection;
  private readonly place: BorderPlace;
  private crossingUntil = -1;

  constructor(owner: Explorer, inspection: Inspection) {
    super(owner);
    this.inspection = inspection;
    this.place = placeOf(inspection);
    owner.mission.inspections.claim(inspection);
  }

  override activate(): void {
    if (!this.setOut(ownerOf(this), this.place.position, this.place.polygon))
      this.status = Goal.STATUS.FAILED;
  }

  override execute(): void {
    if (this.status !== Goal.STATUS.ACTIVE) return;
    const explorer = ownerOf(this);
    if (this.crossingUntil >= 0) {
      this.cross(explorer);
      if (explorer.step >= this.crossingUntil) this.status = Goal.STATUS.COMPLETED;
      return;
    }
    const progress = this.progress(explorer);
    if (progress === 'late') this.status = Goal.STATUS.FAILED;
    if (progress !== 'there') return;
    explorer.halt();
    this.cross(explorer);
    const jumps = explorer.persona.jumpsPerSecond > 0 && !this.place.aim;
    if (jumps || this.isLastAttempt) explorer.wantsJump = true;
    this.crossingUntil = explorer.step + Math.ceil(this.crossSeconds(explorer) * STEPS_PER_SECOND);
  }

  /** A way out that no walk went over, as a sill, a jump may; into a shaft behind a parapet nobody jumps. */
  private get isLastAttempt(): boolean {
    return this.place.region?.open === true && this.inspection.attempts + 1 >= MAX_ATTEMPTS;
  }

  private crossSeconds({ feet }: Explorer): number {
    if (this.inspection.kind === 'wall') return PRESS_SECONDS;
    const { aim } = this.place;
    const meters = aim ? Math.hypot(aim[0] - feet[0], aim[1] - feet[2]) : 0;
    return CROSS_SECONDS + meters / FALL_IN_SPEED;
  }

  /** Straight out; over a hole to its middle and no faster than one falls in: runners and jumpers clear a metre. */
  private cross(explorer: Explorer): void {
    const { outwardX, outwardZ, aim } = this.place;
    const { speed } = explorer.persona;
    if (!aim) {
      explorer.push = { x: outwardX * speed, z: outwardZ * speed };
      return;
    }
    const dx = aim[0] - explorer.feet[0];
    const dz = aim[1] - explorer.feet[2];
    const distance = Math.hypot(dx, dz);
    const pace = distance < AIM_METERS ? 0 : Math.min(speed, FALL_IN_SPEED) / distance;
    explorer.push = { x: dx * pace, z: dz * pace };
  }

  override terminate(): void {
    const explorer = ownerOf(this);
    // A wall is settled by pressing against it; a gap or a hole only by a body that went through.
    const settled =
      this.crossingUntil >= 0 &&
      (this.inspection.kind === 'wall' || explorer.feet[1] < this.place.position[1] - SUNK_METERS);
    explorer.mission.inspections.finish(this.inspection, settled, explorer.needsWay || this.isLost);
    explorer.halt();
  }
}

/** Tries every direction with a jump in each, the way back to known ground first. */
export class EscapeGoal extends Goal<Explorer> {
  private startedAt = 0;
  private firstAngle = 0;
  private attempt = -1;

  override activate(): void {
    const explorer = ownerOf(this);
    explorer.halt();
    explorer.escapeFailed = false;
    this.startedAt = explorer.step;
    const { mission, feet } = explorer;
    const cell = mission.nearestReachableCell(feet[0], feet[1], feet[2]);
    this.firstAngle =
      cell < 0
        ? explorer.random.range(0, 2 * Math.PI)
        : Math.atan2(
            mission.coverage.cells[3 * cell + 2] - feet[2],
            mission.coverage.cells[3 * cell] - feet[0],
          );
  }

  override execute(): void {
    const explorer = ownerOf(this);
    const elapsed = (explorer.step - this.startedAt) / STEPS_PER_SECOND;
    const attempt = Math.floor(elapsed / ESCAPE_SECONDS_EACH);
    if (attempt >= ESCAPE_DIRECTIONS) {
      explorer.escapeFailed = true;
      this.status = Goal.STATUS.COMPLETED;
      return;
    }
    if (attempt !== this.attempt) {
      this.attempt = attempt;
      // 0, +1, −1, +2, −2 …: directions near the way back come first.
      const turn =
        (attempt % 2 === 1 ? 1 : -1) * Math.ceil(attempt / 2) * ((2 * Math.PI) / ESCAPE_DIRECTIONS);
      const angle = this.firstAngle + turn;
      explorer.push = {
        x: Math.cos(angle) * explorer.persona.speed,
        z: Math.sin(angle) * explorer.persona.speed,
      };
    }
    // Once from standing and once under way.
    const within = elapsed - attempt * ESCAPE_SECONDS_EACH;
    if (explorer.grounded && (within < 0.02 || Math.abs(within - 0.5) < 0.01)) explorer.wantsJump = true;
  }

  override terminate(): void {
    ownerOf(this).halt();
  }
}

/** Makes way: goes to a place some metres off and away from whoever it met, the furthest of a few drawn. */
export class YieldGoal extends WalkGoal {
  override activate(): void {
    const explorer = ownerOf(this);
    const [x, , z] = explorer.feet;
    const { x: aheadX, z: aheadZ } = explorer.wanted();
    const { coverage } = explorer.mission;
    let best = -1;
    let bestWorth = -Infinity;
    for (let i = 0; i < YIELD_DRAWS; i++) {
      const angle = explorer.random.range(0, 2 * Math.PI);
      const distance = explorer.random.range(1, YIELD_METERS);
      const dx = Math.cos(angle) * distance;
      const dz = Math.sin(angle) * distance;
      const cell = coverage.cellAt(x + dx, explorer.feet[1], z + dz);
      if (cell < 0 || !coverage.reachable[cell]) continue;
      const worth = distance - 2 * (Math.cos(angle) * aheadX + Math.sin(angle) * aheadZ);
      if (worth <= bestWorth) continue;
      bestWorth = worth;
      best = cell;
    }
    const target = [coverage.cells[3 * best], coverage.cells[3 * best + 1], coverage.cells[3 * best + 2]];
    if (best < 0 || !this.setOut(explorer, target, coverage.polygon[best])) this.status = Goal.STATUS.FAILED;
  }

  override execute(): void {
    if (this.status !== Goal.STATUS.ACTIVE) return;
    if (this.progress(ownerOf(this)) !== 'underway') this.status = Goal.STATUS.COMPLETED;
  }

  override terminate(): void {
    ownerOf(this).halt();
  }
}

/** Stands for a moment: nothing is left to do. */
class RestGoal extends Goal<Explorer> {
  private until = 0;

  override activate(): void {
    const explorer = ownerOf(this);
    explorer.halt();
    this.until = explorer.step + STEPS_PER_SECOND;
  }

  override execute(): void {
    if (ownerOf(this).step >= this.until) this.status = Goal.STATUS.COMPLETED;
  }
}

function canExplore(explorer: Explorer): boolean {
  return explorer.canSetOut && explorer.mission.hasFrontier(explorer.component);
}

export class ExploreEvaluator extends GoalEvaluator<Explorer> {
  override calculateDesirability(explorer: Explorer): number {
    return canExplore(explorer) ? 0.5 : 0.05;
  }

  override setGoal(explorer: Explorer): void {
    setGoal(explorer, canExplore(explorer) ? new ExploreGoal(explorer) : new RestGoal(explorer));
  }
}

export class InspectEvaluator extends GoalEvaluator<Explorer> {
  override calculateDesirability(explorer: Explorer): number {
    return explorer.canSetOut && explorer.mission.inspections.hasOpen('suspicious', explorer.component)
      ? 0.6
      : 0;
  }

  override setGoal(explorer: Explorer): void {
    const inspection = nearest(explorer, 'suspicious');
    setGoal(explorer, inspection ? new InspectGoal(explorer, inspection) : new RestGoal(explorer));
  }
}

export class WallEvaluator extends GoalEvaluator<Explorer> {
  override calculateDesirability(explorer: Explorer): number {
    return explorer.canSetOut && explorer.mission.inspections.hasOpen('wall', explorer.component) ? 0.45 : 0;
  }

  override setGoal(explorer: Explorer): void {
    const inspection = nearest(explorer, 'wall');
    setGoal(explorer, inspection ? new InspectGoal(explorer, inspection) : new RestGoal(explorer));
  }
}

/** Outbids everything while the body is off what can be reached. */
export class EscapeEvaluator extends GoalEvaluator<Explorer> {
  override calculateDesirability(explorer: Explorer): number {
    return explorer.needsEscape ? 10 : -1;
  }

  override setGoal(explorer: Explorer): void {
    setGoal(explorer, new EscapeGoal(explorer));
  }
}

/** Outbids all but an escape while others are in the way. */
export class YieldEvaluator extends GoalEvaluator<Explorer> {
  override calculateDesirability(explorer: Explorer): number {
    return explorer.needsWay ? 5 : -1;
  }

  override setGoal(explorer: Explorer): void {
    setGoal(explorer, new YieldGoal(explorer));
  }
}

function nearest(explorer: Explorer, kind: Inspection['kind']): Inspection | undefined {
  return explorer.mission.inspections.nearest(kind, explorer.component, explorer.feet);
}

function setGoal(explorer: Explorer, goal: Goal<Explorer>): void {
  explorer.brain.clearSubgoals();
  explorer.brain.addSubgoal(goal);
}

function ownerOf(goal: Goal<Explorer>): Explorer {
  if (!goal.owner) throw new TypeError('A goal needs an owner.');
  return goal.owner;
}
