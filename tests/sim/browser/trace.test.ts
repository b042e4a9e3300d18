import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AGENT_STATES,
  type AgentPose,
  createTraceEncoder,
  createTraceReader,
  type TraceHeader,
  type TraceReader,
} from '../../../sim/browser/trace.ts';
import { framePacket } from '../../../sim/browser/traceFormat.ts';

const PLACE_ERROR = 0.006;
const YAW_ERROR = (2.2 / 180) * Math.PI;

const headerOf = (agents: number): TraceHeader => ({
  agents,
  seed: 7,
  bodyHeightMeters: 1.75,
  bodyRadiusMeters: 0.35,
});
const blank = (): AgentPose => ({ x: 0, y: 0, z: 0, yaw: 0, state: 'walking', teleported: false });

/** What happens to one agent in one frame: walks on, turns, jumps, is put elsewhere. */
const move = fc.record({
  speed: fc.double({ min: 0, max: 9, noNaN: true }),
  turn: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.double({ min: -7, max: 7, noNaN: true })),
  rise: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.double({ min: -30, max: 3, noNaN: true })),
  state: fc.constantFrom(...AGENT_STATES),
  jumpTo: fc.option(fc.double({ min: -9000, max: 9000, noNaN: true }), { freq: 8 }),
});

interface Frame {
  step: number;
  poses: AgentPose[];
}

const traces = fc
  .integer({ min: 1, max: 5 })
  .chain(agents =>
    fc.tuple(
      fc.constant(agents),
      fc.array(
        fc.record({
          after: fc.constantFrom(3, 3, 3, 1, 6),
          moves: fc.array(move, { minLength: agents, maxLength: agents }),
        }),
        { minLength: 1, maxLength: 90 },
      ),
    ),
  )
  .map(([agents, changes]): { agents: number; frames: Frame[] } => {
    let poses = Array.from({ length: agents }, blank);
    let step = 0;
    const frames = changes.map(({ after, moves }) => {
      step += after;
      poses = poses.map((pose, agent) => {
        const { speed, turn, rise, state, jumpTo } = moves[agent];
        const yaw = pose.yaw + turn;
        return {
          x: (jumpTo ?? pose.x) - Math.sin(yaw) * speed * 0.05,
          y: pose.y + rise * 0.05,
          z: pose.z - Math.cos(yaw) * speed * 0.05,
          yaw,
          state,
          teleported: jumpTo !== null,
        };
      });
      return { step, poses };
    });
    return { agents, frames };
  });

function encode(agents: number, frames: readonly Frame[]): { keyframe: boolean; bytes: Uint8Array }[] {
  const encoder = createTraceEncoder(headerOf(agents));
  return [
    { keyframe: false, bytes: encoder.header() },
    ...frames.map(({ step, poses }) => encoder.frame(step, poses)),
  ];
}

function join(parts: readonly { bytes: Uint8Array }[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts.map(({ bytes }) => bytes)));
}

function expectFrames(reader: TraceReader, frames: readonly Frame[]): void {
  const found = blank();
  for (const { step, poses } of frames)
    for (const [agent, pose] of poses.entries()) {
      expect(reader.poseAt(step, agent, found)).toBe(true);
      for (const axis of ['x', 'y', 'z'] as const)
        expect(Math.abs(found[axis] - pose[axis])).toBeLessThan(PLACE_ERROR);
      expect(
        Math.abs(Math.atan2(Math.sin(found.yaw - pose.yaw), Math.cos(found.yaw - pose.yaw))),
      ).toBeLessThan(YAW_ERROR);
      expect(found.state).toBe(pose.state);
      expect(found.teleported).toBe(pose.teleported);
    }
}

describe('what is read', () => {
  test('is what was written, however the packets are handed over', () => {
    fc.assert(
      fc.property(traces, fc.array(fc.integer({ min: 1, max: 9 })), ({ agents, frames }, cuts) => {
        const packets = encode(agents, frames);
        const reader = createTraceReader();
        let at = 0;
        for (const cut of [...cuts, packets.length]) {
          reader.push(join(packets.slice(at, at + cut)));
          at += cut;
        }
        expect(reader.header).toEqual(headerOf(agents));
        expect(reader.frameCount).toBe(frames.length);
        expect(reader.firstStep).toBe(frames[0].step);
        expect(reader.lastStep).toBe(frames.at(-1)?.step);
        expectFrames(reader, frames);
        expectFrames(reader, frames.toReversed());
      }),
      { numRuns: 60 },
    );
  });

  test('starts at any keyframe, and after a gap at the next', () => {
    fc.assert(
      fc.property(traces, fc.nat(), fc.nat(), ({ agents, frames }, from, gapAt) => {
        const [header, ...packets] = encode(agents, frames);
        const start = from % frames.length;
        const lost = gapAt % frames.length;
        const reader = createTraceReader();
        reader.push(header.bytes);
        const known: Frame[] = [];
        let following = false;
        for (const [i, packet] of packets.entries()) {
          if (i < start || i === lost) {
            following = false;
            continue;
          }
          reader.push(packet.bytes);
          following ||= packet.keyframe;
          if (following) known.push(frames[i]);
        }
        expect(reader.frameCount).toBe(known.length);
        expectFrames(reader, known);
      }),
      { numRuns: 60 },
    );
  });

  test('stays as it is when the trace is given again, and goes on where it ended', () => {
    fc.assert(
      fc.property(traces, fc.nat(), ({ agents, frames }, cut) => {
        const packets = encode(agents, frames);
        const reader = createTraceReader();
        reader.push(join(packets.slice(0, 1 + (cut % frames.length))));
        reader.push(join(packets));
        expect(reader.frameCount).toBe(frames.length);
        expectFrames(reader, frames);
      }),
      { numRuns: 30 },
    );
  });
});

test('a keyframe comes every two simulated seconds and where it is asked for', () => {
  const encoder = createTraceEncoder(headerOf(1));
  const keyframes: number[] = [];
  for (let step = 0; step <= 300; step += 3)
    if (encoder.frame(step, [blank()], step === 33).keyframe) keyframes.push(step);
  expect(keyframes).toEqual([0, 33, 153, 273]);
});

test('agents that stand still cost a bit each', () => {
  const encoder = createTraceEncoder(headerOf(64));
  const poses = Array.from({ length: 64 }, (_, i) => ({ ...blank(), x: i }));
  encoder.frame(0, poses);
  encoder.frame(3, poses);
  // 8 bytes of agents; step, distance, kind, length and check around them.
  expect(encoder.frame(6, poses).bytes.length).toBeLessThanOrEqual(16);
});

describe('between two frames', () => {
  const reader = createTraceReader();
  const encoder = createTraceEncoder(headerOf(1));
  reader.push(encoder.header());
  reader.push(encoder.frame(3, [{ ...blank(), x: 1, yaw: 0.1 }]).bytes);
  reader.push(encoder.frame(6, [{ ...blank(), x: 1.3, yaw: -0.1 }]).bytes);
  reader.push(encoder.frame(9, [{ ...blank(), x: 1.5, teleported: true }]).bytes);
  reader.push(encoder.frame(12, [{ ...blank(), x: 1.6 }], true).bytes);
  reader.push(encoder.frame(132, [{ ...blank(), x: 400 }], true).bytes);
  const at = (step: number) => {
    const pose = blank();
    return reader.poseAt(step, 0, pose) ? pose : undefined;
  };

  test('poses are interpolated, yaw the shorter way round', () => {
    expect(at(4.5)?.x).toBeCloseTo(1.15, 2);
    expect(Math.cos(at(4.5)?.yaw ?? Number.NaN)).toBeCloseTo(1, 3);
    expect(at(10.5)?.x).toBeCloseTo(1.55, 2);
  });
  test('nothing glides over a teleport, nor over a gap that no body crosses', () => {
    expect(at(8.9)?.x).toBeCloseTo(1.3, 2);
    expect(at(9)?.teleported).toBe(true);
    expect(at(9.1)?.teleported).toBe(false);
    expect(at(100)?.x).toBeCloseTo(1.6, 2);
  });
  test('the first frame is not known before it comes; the last one stands', () => {
    expect(at(2)).toBeUndefined();
    expect(at(Number.NaN)).toBeUndefined();
    expect(at(1e6)?.x).toBeCloseTo(400, 2);
    expect(reader.poseAt(6, 1, blank())).toBe(false);
  });
});

describe('rubbish', () => {
  const trace = join(
    encode(
      3,
      Array.from({ length: 50 }, (_, i) => ({
        step: 3 * i,
        poses: [blank(), { ...blank(), x: i }, { ...blank(), z: i * i }],
      })),
    ),
  );
  const pushed = (bytes: Uint8Array): 'taken' | 'refused' => {
    const reader = createTraceReader();
    try {
      reader.push(bytes);
      return 'taken';
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(RangeError);
      return 'refused';
    }
  };

  test('a flipped bit anywhere is refused', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 7 }), (place, bit) => {
        const bytes = trace.slice();
        bytes[place % bytes.length] ^= 1 << bit;
        expect(pushed(bytes)).toBe('refused');
      }),
      { numRuns: 300 },
    );
  });

  test('a cut inside a packet is refused', () => {
    expect(pushed(trace)).toBe('taken');
    expect(pushed(trace.subarray(0, trace.length - 1))).toBe('refused');
  });

  test('any bytes in sound packets are read or refused, and take no more memory than they are worth', () => {
    const [header] = encode(256, []);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.uint8Array({ maxLength: 2000 })), {
          maxLength: 30,
        }),
        packets => {
          const reader = createTraceReader();
          reader.push(header.bytes);
          for (const [kind, payload] of packets)
            try {
              reader.push(framePacket(kind, payload));
            } catch (thrown) {
              expect(thrown).toBeInstanceOf(RangeError);
            }
          const pose = blank();
          if (reader.poseAt(reader.lastStep, 255, pose))
            expect(Number.isFinite(pose.x + pose.yaw)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a reader goes on after a bad packet at the next keyframe', () => {
    const encoder = createTraceEncoder(headerOf(1));
    const reader = createTraceReader();
    reader.push(encoder.header());
    reader.push(encoder.frame(0, [blank()]).bytes);
    expect(() => reader.push(framePacket(3, Uint8Array.of(3, 3, 255, 255)))).toThrow(RangeError);
    reader.push(encoder.frame(3, [{ ...blank(), x: 1 }]).bytes);
    expect(reader.frameCount).toBe(1);
    reader.push(encoder.frame(6, [{ ...blank(), x: 2 }], true).bytes);
    const pose = blank();
    expect(reader.poseAt(6, 0, pose)).toBe(true);
    expect(pose.x).toBeCloseTo(2, 2);
  });

  test('headers of too many agents, of another trace or another version are refused', () => {
    const reader = createTraceReader();
    reader.push(createTraceEncoder(headerOf(2)).header());
    expect(() => reader.push(createTraceEncoder(headerOf(3)).header())).toThrow(/another trace/);
    const many = createTraceEncoder(headerOf(256)).header();
    const payload = many.slice(2, -4);
    new DataView(payload.buffer).setUint16(5, 60_000, true);
    expect(pushed(framePacket(1, payload))).toBe('refused');
    const newer = many.slice(2, -4);
    newer[4]++;
    expect(pushed(framePacket(1, newer))).toBe('refused');
    expect(pushed(encodeFrameAlone())).toBe('refused');
  });

  test('poses that cannot be written are refused', () => {
    const encoder = createTraceEncoder(headerOf(1));
    expect(() => encoder.frame(0, [{ ...blank(), x: Number.NaN }])).toThrow(RangeError);
    expect(() => encoder.frame(0, [{ ...blank(), y: 2e6 }])).toThrow(RangeError);
    expect(() => encoder.frame(0, [{ ...blank(), yaw: Infinity }])).toThrow(RangeError);
    expect(() => encoder.frame(0, [])).toThrow(RangeError);
    encoder.frame(3, [blank()]);
    expect(() => encoder.frame(3, [blank()])).toThrow(RangeError);
    expect(() => createTraceEncoder(headerOf(257))).toThrow(RangeError);
  });
});

function encodeFrameAlone(): Uint8Array {
  return createTraceEncoder(headerOf(1)).frame(0, [blank()]).bytes;
}
