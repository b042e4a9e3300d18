import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DirectorError } from '../../engine/errors.ts';
import { loadWorld } from '../../engine/world/loadWorld.ts';
import { writeGlb } from '../../engine/world/writeGlb.ts';
import { writeFileAtomic } from '../../engine/writeFileAtomic.ts';
import { createTraceEncoder } from '../browser/trace.ts';
import { runTest, type TestOptions } from '../run.ts';
import type { TestRun, Violation } from '../types.ts';
import { makeOverlays } from './overlays.ts';
import type { ExplorationView, Pace } from './runObserver.ts';
import { TracePacker, type TracePacket } from './tracePacker.ts';

export interface ObservedTestOptions extends Omit<TestOptions, 'observe'> {
  /** Folder for trace.bin and overlays.glb; made if need be. */
  outFolder: string;
  /** Default fast. */
  pace?: Pace | undefined;
  /** At most 20 a second of wall time, in order; together they are trace.bin. */
  onTrace?: ((packet: TracePacket) => void) | undefined;
  /** As RunObserver has it: the new ones as they become known, at the end all of the report's. */
  onViolations?: ((violations: readonly Violation[], final: boolean) => void) | undefined;
}

const STEPS_PER_SECOND = 60;
/** Coverage is looked at four times a second: runs in small rooms last a few seconds. */
const LOOK_STEPS = 15;

/**
 * Loads a world and tests it as runTest does, in this thread, and leaves behind what lets it be seen: the trace of
 * every agent (docs/trace.md), and the ground as it was explored (overlays.ts; none where nothing can be walked on).
 * @throws what loadWorld and runTest throw; OUTPUT_UNWRITABLE. Files appear whole or not at all.
 */
export async function runObservedTest(path: string, options: ObservedTestOptions): Promise<TestRun> {
  const { outFolder, pace = 'fast', onTrace, onViolations, ...test } = options;
  const world = await loadWorld(path, { decodeImages: false });
  const trace = openTrace(outFolder);
  try {
    const packer = new TracePacker(pace, packet => {
      trace.write(packet.bytes);
      onTrace?.(packet);
    });
    const coverage = new CoverageTimes();
    let begun = false;
    const run = await runTest(world, {
      ...test,
      observe: {
        pace,
        onBegin(header) {
          packer.begin(header);
          // A run in which nothing can be walked on has no frames, and still a trace.
          trace.write(createTraceEncoder(header).header());
          begun = true;
        },
        onExploration: view => coverage.follow(view),
        onFrame(step, poses) {
          packer.frame(step, poses);
          if (step % LOOK_STEPS === 0) coverage.look(step / STEPS_PER_SECOND);
        },
        onViolations: (violations, final) => {
          // What a spectator sees of a fall comes before what is said about it.
          packer.flush();
          onViolations?.(violations, final);
        },
      },
    });
    packer.flush();
    if (begun) trace.keep();
    coverage.look(run.simulatedSeconds);
    await coverage.write(outFolder);
    return { ...run, world: path };
  } finally {
    trace.close();
  }
}

/** When each cell was first entered, to a quarter of a second. */
class CoverageTimes {
  private view: ExplorationView | undefined;
  private enteredSeconds = new Float32Array(0);

  follow(view: ExplorationView): void {
    this.view = view;
    this.enteredSeconds = new Float32Array(view.coverage.entered.length).fill(Infinity);
  }

  look(second: number): void {
    if (!this.view) return;
    const { entered } = this.view.coverage;
    for (let cell = 0; cell < entered.length; cell++)
      if (entered[cell] && this.enteredSeconds[cell] === Infinity) this.enteredSeconds[cell] = second;
  }

  async write(folder: string): Promise<void> {
    if (!this.view) return;
    const bytes = await writeGlb(makeOverlays(this.view, this.enteredSeconds));
    await writeFileAtomic(join(folder, 'overlays.glb'), bytes);
  }
}

/** Writes as packets come: a long run's trace is not held in memory. 20 small writes a second need no stream. */
function openTrace(folder: string): { write(bytes: Uint8Array): void; keep(): void; close(): void } {
  const target = join(folder, 'trace.bin');
  const temporary = `${target}.part`;
  const guard = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (cause) {
      throw unwritable(target, cause);
    }
  };
  const file = guard(() => {
    mkdirSync(folder, { recursive: true });
    return openSync(temporary, 'w');
  });
  let open = true;
  const end = () => {
    if (open) closeSync(file);
    open = false;
  };
  return {
    write: bytes =>
      guard(() => {
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      }),
    keep: () =>
      guard(() => {
        end();
        renameSync(temporary, target);
      }),
    close() {
      end();
      rmSync(temporary, { force: true });
    },
  };
}

function unwritable(path: string, cause: unknown): DirectorError {
  return new DirectorError('OUTPUT_UNWRITABLE', `${path} could not be written: ${(cause as Error).message}`, {
    cause,
  });
}
