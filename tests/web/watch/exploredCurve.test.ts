import { describe, expect, it } from 'vitest';
import { ExploredCurve } from '../../../web/watch/exploredCurve.ts';
import { HeldTrace } from '../../../web/watch/heldTrace.ts';
import { makeRun, packets, readerOf } from './handMadeRun.ts';

function drain(curve: ExploredCurve, source: Parameters<ExploredCurve['extend']>[0]): void {
  while (curve.extend(source));
}

describe('explored ground', () => {
  it('grows where agents walk on new ground and stays level where they walk again', () => {
    // Agent 1 walks 20 m; agent 0 goes over the same 5 m four times.
    const curve = new ExploredCurve();
    drain(curve, readerOf(makeRun({ seconds: 20, teleportSteps: [300, 600, 900] })));
    // Squares of 0.25 m² every half metre, and one more at the end of each way.
    expect(curve.area).toBe((41 + 11) * 0.25);
    expect(curve.points.at(-1)?.seconds).toBeCloseTo(20, 6);
    const areas = curve.points.map(point => point.area);
    expect(areas.every((area, i) => i === 0 || area >= areas[i - 1])).toBe(true);
    // From 5 s on only the 15 m of agent 1 are new.
    const at5 = curve.points.find(point => point.seconds >= 5)?.area ?? NaN;
    expect(Math.abs(curve.area - at5 - 30 * 0.25)).toBeLessThanOrEqual(0.5);
  });

  it('gives the same whether it saw the run grow or had it whole', () => {
    const run = makeRun({ agents: 5, seconds: 12 });
    const trace = new HeldTrace();
    const growing = new ExploredCurve();
    trace.push(packets(run, 0, 0));
    for (const frame of run.frames.slice(1)) {
      trace.push(frame.bytes);
      drain(growing, trace);
    }
    const whole = new ExploredCurve();
    drain(whole, readerOf(run));
    expect(growing.points).toEqual(whole.points);
  });

  it('takes a long run in parts', () => {
    const curve = new ExploredCurve();
    const reader = readerOf(makeRun({ seconds: 25 }));
    expect(curve.extend(reader)).toBe(true);
    const after = curve.points.at(-1)!.seconds;
    expect(after).toBeLessThan(25);
    drain(curve, reader);
    expect(curve.points.at(-1)!.seconds).toBe(25);
    curve.restart();
    expect(curve.area).toBe(0);
  });
});
