import { type AgentPose, createTraceEncoder, type TraceEncoder, type TraceHeader } from '../browser/trace.ts';
import type { Pace } from './runObserver.ts';

/** A part of a run's trace: one or several frames. */
export interface TracePacket {
  /** It begins with a header and a keyframe, so that reading can begin with it. */
  keyframe: boolean;
  bytes: Uint8Array;
}

/** At most 20 packets a second of wall time, however fast the run is. */
const PACKET_MILLISECONDS = 50;
/** A fast run's packet begins with a keyframe where the last one lies this far back: one simulated second. */
const KEYFRAME_STEPS = 60;

/** Encodes frames as they come and hands them over in packets that keep to the rate. */
export class TracePacker {
  private encoder: TraceEncoder | undefined;
  private readonly parts: Uint8Array[] = [];
  private keyframe = false;
  private lastKeyframeStep = Number.NEGATIVE_INFINITY;
  private sentAt = Number.NEGATIVE_INFINITY;
  private readonly live: boolean;
  private readonly onPacket: (packet: TracePacket) => void;

  constructor(pace: Pace, onPacket: (packet: TracePacket) => void) {
    this.live = pace === 'live';
    this.onPacket = onPacket;
  }

  /** Before the first frame. */
  begin(header: TraceHeader): void {
    this.encoder = createTraceEncoder(header);
  }

  frame(step: number, poses: readonly AgentPose[]): void {
    if (!this.encoder) throw new TypeError('A trace begins with its header.');
    const first = this.parts.length === 0;
    const due = first && step - this.lastKeyframeStep >= KEYFRAME_STEPS && !this.live;
    const { keyframe, bytes } = this.encoder.frame(step, poses, due);
    if (keyframe) this.lastKeyframeStep = step;
    if (first) {
      this.keyframe = keyframe;
      if (keyframe) this.parts.push(this.encoder.header());
    }
    this.parts.push(bytes);
    // At its own pace a run makes 20 frames a second; one held back would come a frame late.
    if (this.live || performance.now() - this.sentAt >= PACKET_MILLISECONDS) this.flush();
  }

  flush(): void {
    if (this.parts.length === 0) return;
    const bytes = new Uint8Array(this.parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.parts) {
      bytes.set(part, at);
      at += part.length;
    }
    this.parts.length = 0;
    this.sentAt = performance.now();
    this.onPacket({ keyframe: this.keyframe, bytes });
  }
}
