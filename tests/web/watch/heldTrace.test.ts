import { describe, expect, it } from 'vitest';
import { HeldTrace } from '../../../web/watch/heldTrace.ts';
import { blankPose, makeRun, packets } from './handMadeRun.ts';

describe('held trace', () => {
  const run = makeRun({ seconds: 20 });
  const xAt = (trace: HeldTrace, step: number) => {
    const pose = blankPose();
    return trace.poseAt(step, 1, pose) ? pose.x : undefined;
  };

  it('is one part while nothing is left out', () => {
    const trace = new HeldTrace();
    trace.push(packets(run, 0, 60));
    for (const frame of run.frames.slice(21, 60)) trace.push(frame.bytes);
    expect(trace.ranges).toEqual([{ first: 0, last: 177 }]);
    expect(xAt(trace, 90)).toBeCloseTo(1.5, 1);
  });

  it('knows its gaps, glides over short ones and stands still in long ones', () => {
    const trace = new HeldTrace();
    trace.push(packets(run, 0, 60));
    trace.push(packets(run, 120, 180));
    trace.push(packets(run, 960, 1080));
    expect(trace.ranges).toEqual([
      { first: 0, last: 60 },
      { first: 120, last: 180 },
      { first: 960, last: 1080 },
    ]);
    expect(xAt(trace, 90)).toBeCloseTo(1.5, 1);
    expect(xAt(trace, 600)).toBeCloseTo(3, 1);
    expect(xAt(trace, 1020)).toBeCloseTo(17, 1);
  });

  it('joined again, keeps what it had and adds what is new', () => {
    const trace = new HeldTrace();
    trace.push(packets(run, 0, 300));
    trace.push(packets(run, 240, 420));
    expect(trace.ranges).toEqual([{ first: 0, last: 420 }]);
    expect(xAt(trace, 60)).toBeCloseTo(1, 1);
    expect(xAt(trace, 400)).toBeCloseTo(400 / 60, 1);
  });

  it('starts late where only the latest was given, until the file fills it', () => {
    const trace = new HeldTrace();
    trace.push(packets(run, 600, 660));
    expect(trace.ranges).toEqual([{ first: 600, last: 660 }]);
    expect(xAt(trace, 300)).toBeUndefined();
    trace.replace(packets(run));
    expect(trace.ranges).toEqual([{ first: 0, last: run.lastStep }]);
    expect(xAt(trace, 300)).toBeCloseTo(5, 1);
  });

  it('refuses rubbish and keeps what it had', () => {
    const trace = new HeldTrace();
    trace.push(packets(run, 0, 60));
    expect(() => trace.push(Uint8Array.from([9, 9, 9, 9, 9, 9]))).toThrow(RangeError);
    expect(() => trace.replace(Uint8Array.from([1, 2, 3]))).toThrow(RangeError);
    expect(trace.ranges).toEqual([{ first: 0, last: 60 }]);
  });
});
