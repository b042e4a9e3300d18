/**
 * How a trace lies in bytes; docs/trace.md describes it. A trace is packets one after the other:
 *
 *   kind u8 · length of the payload, varint · payload · CRC-32 of kind and payload, u32 little-endian
 *
 * Everything here is arithmetic on integers, so that encoder and reader predict the same on every machine.
 */

/** Simulation steps of 1/60 s between two frames. */
export const TRACE_FRAME_STEPS = 3;

/** What an agent is doing, for its colour and its label. */
export const AGENT_STATES = ['walking', 'airborne', 'inspecting', 'escaping'] as const;

/** Two simulated seconds: how much a late or thinned spectator waits at most, against a keyframe's 5 bytes an agent. */
export const KEYFRAME_STEPS = 120;

/** As many as a test takes. A reader allocates for no more, whatever a header claims. */
export const MAX_TRACE_AGENTS = 256;

/** Positions are whole units: 1/256 m, 3.9 mm. */
export const UNITS_PER_METER = 256;

/** Predictions are finer by this, so that a steady walk's speed is not rounded to a unit a frame. */
export const FINE_PER_UNIT = 16;

/** 1000 km from the origin either way. */
export const MAX_UNITS = 2 ** 28;

/** A full turn in 256: 1.4°. */
export const YAW_UNITS = 256;

/**
 * What may be left to the prediction, in units and in yaw units: with half a unit of rounding, poses are within
 * 5.9 mm and 2.2° of the true ones.
 */
export const TOLERANCE_UNITS = 1;

export const PACKET_HEADER = 1;
export const PACKET_KEYFRAME = 2;
export const PACKET_DIFFERENCE = 3;

/** 'SDTR', then the version of this format. */
export const TRACE_MAGIC = [0x53, 0x44, 0x54, 0x52, 1] as const;

export interface Packet {
  kind: number;
  payload: Uint8Array;
  /** Where it lies in the bytes it was read from. */
  start: number;
  end: number;
}

/** Puts a payload into its frame. */
export function framePacket(kind: number, payload: Uint8Array): Uint8Array {
  const size = varintBytes(payload.length);
  const bytes = new Uint8Array(1 + size + payload.length + 4);
  bytes[0] = kind;
  writeVarint(bytes, 1, payload.length);
  bytes.set(payload, 1 + size);
  new DataView(bytes.buffer).setUint32(bytes.length - 4, crc32(kind, payload), true);
  return bytes;
}

/**
 * Goes through whole packets. Payloads are views of the bytes given.
 * @throws RangeError where a packet is cut off, of no known kind or damaged.
 */
export function* readPackets(bytes: Uint8Array): Generator<Packet> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at < bytes.length) {
    const start = at;
    const kind = bytes[at];
    if (kind < PACKET_HEADER || kind > PACKET_DIFFERENCE)
      throw new RangeError(`Byte ${at} starts no packet of a trace.`);
    const length = readVarint(bytes, at + 1);
    const end = length.next + length.value + 4;
    if (end > bytes.length) throw new RangeError(`The packet at byte ${start} is cut off.`);
    const payload = bytes.subarray(length.next, end - 4);
    if (view.getUint32(end - 4, true) !== crc32(kind, payload))
      throw new RangeError(`The packet at byte ${start} is damaged.`);
    yield { kind, payload, start, end };
    at = end;
  }
}

/** Unsigned, below 2³¹, seven bits a byte, low ones first. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  let next = at;
  while (rest > 0x7f) {
    bytes[next++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[next++] = rest;
  return next;
}

export function varintBytes(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5;
}

/** @throws RangeError where it is cut off or 2³¹ and more. */
export function readVarint(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    if (at + i >= bytes.length) break;
    const byte = bytes[at + i];
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) {
      if (value >= 2 ** 31) break;
      return { value, next: at + i + 1 };
    }
  }
  throw new RangeError('A number in the trace is cut off or too large.');
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32 of IEEE 802.3, as zlib and PNG have it. */
function crc32(kind: number, payload: Uint8Array): number {
  let crc = CRC_TABLE[(0xffffffff ^ kind) & 0xff] ^ 0xffffff;
  for (let i = 0; i < payload.length; i++) crc = CRC_TABLE[(crc ^ payload[i]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}
