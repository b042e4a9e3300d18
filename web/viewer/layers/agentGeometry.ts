import type { AgentState } from '../../../sim/browser/trace.ts';
import type { AgentBody } from '../viewerTypes.ts';
import type { TintGeometry } from './tintMaterial.ts';

/** sRGB, 0–1; legends use the same. */
export const AGENT_COLORS: Readonly<Record<AgentState, readonly [number, number, number]>> = {
  walking: [0.2, 0.75, 0.7],
  airborne: [0.96, 0.62, 0.2],
  inspecting: [0.66, 0.52, 0.98],
  escaping: [0.95, 0.3, 0.45],
};

const SEGMENTS = 14;
/** Rings of each round end. */
const CAP_RINGS = 4;
type Rgba = readonly [number, number, number, number];
const BODY: Rgba = [1, 1, 1, 1];
const VISOR: Rgba = [0.08, 0.1, 0.13, 1];

/** A body with its feet at the origin that looks down −Z: a capsule, a visor, and a pointer at its feet. */
export function agentGeometry({
  heightMeters,
  radiusMeters,
}: AgentBody): TintGeometry & { normals: Float32Array } {
  const positions: number[] = [];
  const normals: number[] = [];
  const colors: number[] = [];
  const indices: number[] = [];
  const rings: { y: number; radius: number; slope: number }[] = [];
  for (const end of [0, 1])
    for (let i = 0; i <= CAP_RINGS; i++) {
      const angle = ((end === 0 ? i / CAP_RINGS - 1 : i / CAP_RINGS) * Math.PI) / 2;
      rings.push({
        y: (end === 0 ? radiusMeters : heightMeters - radiusMeters) + Math.sin(angle) * radiusMeters,
        radius: Math.cos(angle) * radiusMeters,
        slope: angle,
      });
    }
  rings.forEach(({ y, radius, slope }, ring) => {
    for (let s = 0; s < SEGMENTS; s++) {
      const angle = (s / SEGMENTS) * 2 * Math.PI;
      positions.push(Math.sin(angle) * radius, y, -Math.cos(angle) * radius);
      normals.push(Math.sin(angle) * Math.cos(slope), Math.sin(slope), -Math.cos(angle) * Math.cos(slope));
      colors.push(...BODY);
      if (ring === 0) continue;
      const a = (ring - 1) * SEGMENTS + s;
      const b = (ring - 1) * SEGMENTS + ((s + 1) % SEGMENTS);
      indices.push(a, a + SEGMENTS, b, b, a + SEGMENTS, b + SEGMENTS);
    }
  });
  addVisor(positions, colors, indices, heightMeters, radiusMeters);
  const at = positions.length / 3;
  positions.push(0, 0.03, -radiusMeters * 2.2, -radiusMeters * 0.75, 0.03, -radiusMeters * 1.05);
  positions.push(radiusMeters * 0.75, 0.03, -radiusMeters * 1.05);
  for (let k = 0; k < 3; k++) colors.push(...BODY);
  indices.push(at, at + 1, at + 2);
  // Visor and pointer are lit as if they lay flat.
  while (normals.length < positions.length) normals.push(0, 1, 0);
  return {
    positions: Float32Array.from(positions),
    normals: Float32Array.from(normals),
    indices: Uint32Array.from(indices),
    colors: Float32Array.from(colors),
  };
}

/** A dark band across the face, a little in front of the body. */
function addVisor(
  positions: number[],
  colors: number[],
  indices: number[],
  height: number,
  radius: number,
): void {
  const steps = 6;
  for (let i = 0; i <= steps; i++) {
    const angle = (i / steps - 0.5) * 2.1;
    const at = positions.length / 3;
    for (const share of [0.86, 0.95]) {
      const y = height * share;
      const fromCap = Math.max(0, y - (height - radius));
      const around = Math.sqrt(Math.max(0, radius * radius - fromCap * fromCap)) * 1.05;
      positions.push(Math.sin(angle) * around, y, -Math.cos(angle) * around);
      colors.push(...VISOR);
    }
    if (i > 0) indices.push(at - 2, at, at - 1, at - 1, at, at + 1);
  }
}
