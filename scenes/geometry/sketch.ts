import type { Vector3 } from '../scene.ts';
import type { TextureName } from '../textures/textures.ts';
import { identity, multiply } from './transforms.ts';

/** What a surface is made of: a texture and the linear colour that it is multiplied with. */
export interface Finish {
  texture: TextureName;
  tint: Vector3;
  /** Linear light given off. */
  emissive?: Vector3;
  roughness?: number;
  metallic?: number;
  /** Leaves and cloth are seen from both sides; leaves are cut out by their alpha. */
  doubleSided?: boolean;
  cutout?: boolean;
}

/** Growing arrays of one finish. uvs are metres along the surface; the scene builder divides by the tile. */
export interface SketchPart {
  finish: Finish;
  positions: number[];
  normals: number[];
  uvs: number[];
  colors: number[];
  indices: number[];
}

export type Shade = (x: number, y: number, z: number) => number;
export type BoxFace = '+x' | '-x' | '+y' | '-y' | '+z' | '-z';

export interface ShapeOptions {
  /** Faces to leave out: those that touch another surface of the same node. */
  skip?: readonly BoxFace[];
  /** Longest edge of a quad, metres; smaller quads carry finer shading. */
  cell?: number;
  /** Brightness of the vertex colour by position in the sketch's frame. */
  shade?: Shade;
  /** Smallest and largest v/u are stretched over the whole texture instead of repeating in metres. */
  fit?: boolean;
}

/** Collects simple solids, metres, in one node's frame; every solid is closed unless faces are skipped. */
export class Sketch {
  readonly parts: SketchPart[] = [];
  private frame = identity();

  /** Draws with a further transform in force. */
  within(transform: Float64Array, draw: () => void): this {
    const outer = this.frame;
    this.frame = multiply(outer, transform);
    draw();
    this.frame = outer;
    return this;
  }

  private part(finish: Finish): SketchPart {
    let part = this.parts.find(candidate => candidate.finish === finish);
    if (!part) {
      part = { finish, positions: [], normals: [], uvs: [], colors: [], indices: [] };
      this.parts.push(part);
    }
    return part;
  }

  private vertex(
    part: SketchPart,
    p: Vector3,
    n: Vector3,
    u: number,
    v: number,
    shade: Shade | undefined,
  ): number {
    const m = this.frame;
    const x = m[0] * p[0] + m[4] * p[1] + m[8] * p[2] + m[12];
    const y = m[1] * p[0] + m[5] * p[1] + m[9] * p[2] + m[13];
    const z = m[2] * p[0] + m[6] * p[1] + m[10] * p[2] + m[14];
    const nx = m[0] * n[0] + m[4] * n[1] + m[8] * n[2];
    const ny = m[1] * n[0] + m[5] * n[1] + m[9] * n[2];
    const nz = m[2] * n[0] + m[6] * n[1] + m[10] * n[2];
    const length = Math.hypot(nx, ny, nz) || 1;
    const brightness = shade ? shade(x, y, z) : 1;
    part.positions.push(x, y, z);
    part.normals.push(nx / length, ny / length, nz / length);
    part.uvs.push(u, v);
    part.colors.push(brightness, brightness, brightness, 1);
    return part.positions.length / 3 - 1;
  }

  /** Adds triangles made elsewhere, in the frame in force, keeping their uvs. */
  append(finish: Finish, source: Omit<SketchPart, 'finish'>): this {
    const part = this.part(finish);
    const first = part.positions.length / 3;
    for (let i = 0; i * 3 < source.positions.length; i++) {
      const at = (array: readonly number[]): Vector3 => [array[i * 3], array[i * 3 + 1], array[i * 3 + 2]];
      const brightness = source.colors[i * 4];
      this.vertex(
        part,
        at(source.positions),
        at(source.normals),
        source.uvs[i * 2],
        source.uvs[i * 2 + 1],
        () => brightness,
      );
    }
    part.indices.push(...source.indices.map(index => first + index));
    return this;
  }

  /** A rectangle from `origin` along `u` and `v`; its front faces u × v. */
  panel(finish: Finish, origin: Vector3, u: Vector3, v: Vector3, options: ShapeOptions = {}): this {
    const part = this.part(finish);
    const uLength = Math.hypot(...u);
    const vLength = Math.hypot(...v);
    const normal: Vector3 = [
      (u[1] * v[2] - u[2] * v[1]) / (uLength * vLength),
      (u[2] * v[0] - u[0] * v[2]) / (uLength * vLength),
      (u[0] * v[1] - u[1] * v[0]) / (uLength * vLength),
    ];
    const columns = options.cell ? Math.max(1, Math.round(uLength / options.cell)) : 1;
    const rows = options.cell ? Math.max(1, Math.round(vLength / options.cell)) : 1;
    // Texture v runs downwards, so the panel's v is flipped; world-anchored along the panel, in metres.
    const uStart = options.fit ? 0 : (origin[0] * u[0] + origin[1] * u[1] + origin[2] * u[2]) / uLength;
    const vStart = options.fit ? 0 : (origin[0] * v[0] + origin[1] * v[1] + origin[2] * v[2]) / vLength;
    const first = part.positions.length / 3;
    for (let row = 0; row <= rows; row++)
      for (let column = 0; column <= columns; column++) {
        const a = column / columns;
        const b = row / rows;
        this.vertex(
          part,
          [origin[0] + u[0] * a + v[0] * b, origin[1] + u[1] * a + v[1] * b, origin[2] + u[2] * a + v[2] * b],
          normal,
          options.fit ? a : uStart + uLength * a,
          options.fit ? 1 - b : -(vStart + vLength * b),
          options.shade,
        );
      }
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const i = first + row * (columns + 1) + column;
        part.indices.push(i, i + 1, i + columns + 2, i, i + columns + 2, i + columns + 1);
      }
    return this;
  }

  /** An axis-aligned box with its lower centre at `base`. */
  box(finish: Finish, base: Vector3, size: Vector3, options: ShapeOptions = {}): this {
    const [sx, sy, sz] = size;
    const [x0, y0, z0] = [base[0] - sx / 2, base[1], base[2] - sz / 2];
    const [x1, y1, z1] = [x0 + sx, y0 + sy, z0 + sz];
    const skip = options.skip ?? [];
    if (!skip.includes('+z')) this.panel(finish, [x0, y0, z1], [sx, 0, 0], [0, sy, 0], options);
    if (!skip.includes('-z')) this.panel(finish, [x1, y0, z0], [-sx, 0, 0], [0, sy, 0], options);
    if (!skip.includes('+x')) this.panel(finish, [x1, y0, z1], [0, 0, -sz], [0, sy, 0], options);
    if (!skip.includes('-x')) this.panel(finish, [x0, y0, z0], [0, 0, sz], [0, sy, 0], options);
    if (!skip.includes('+y')) this.panel(finish, [x0, y1, z1], [sx, 0, 0], [0, 0, -sz], options);
    if (!skip.includes('-y')) this.panel(finish, [x0, y0, z0], [sx, 0, 0], [0, 0, sz], options);
    return this;
  }

  /**
   * A closed solid of revolution about +Y through `base`.
   * @param profile [radius, height above base] from the bottom up; ends are capped where the radius is above 0.
   */
  lathe(
    finish: Finish,
    base: Vector3,
    profile: readonly (readonly [number, number])[],
    segments = 12,
    options: ShapeOptions & { smooth?: boolean } = {},
  ): this {
    const part = this.part(finish);
    const smooth = options.smooth ?? true;
    const widest = Math.max(...profile.map(([radius]) => radius));
    let along = 0;
    for (let ring = 0; ring + 1 < profile.length; ring++) {
      const [r0, h0] = profile[ring];
      const [r1, h1] = profile[ring + 1];
      const slant = Math.hypot(r1 - r0, h1 - h0);
      if (slant === 0) continue;
      const outward = (h1 - h0) / slant;
      const upward = (r0 - r1) / slant;
      const first = part.positions.length / 3;
      for (let segment = 0; segment < segments; segment++) {
        const angles = [segment, segment + 1].map(s => (2 * Math.PI * s) / segments);
        const middle = (angles[0] + angles[1]) / 2;
        for (const [k, angle] of angles.entries()) {
          const facing = smooth ? angle : middle;
          const normal: Vector3 = [Math.cos(facing) * outward, upward, -Math.sin(facing) * outward];
          const u = ((segment + k) / segments) * 2 * Math.PI * widest;
          const [c, s] = [Math.cos(angle), -Math.sin(angle)];
          this.vertex(
            part,
            [base[0] + c * r0, base[1] + h0, base[2] + s * r0],
            normal,
            u,
            -along,
            options.shade,
          );
          this.vertex(
            part,
            [base[0] + c * r1, base[1] + h1, base[2] + s * r1],
            normal,
            u,
            -along - slant,
            options.shade,
          );
        }
        const i = first + segment * 4;
        // 0 lower, 1 upper, 2 next lower, 3 next upper.
        if (r0 > 0) part.indices.push(i, i + 2, i + (r1 > 0 ? 3 : 1));
        if (r1 > 0) part.indices.push(i, i + 3, i + 1);
      }
      along += slant;
    }
    const [bottomRadius, bottomHeight] = profile[0];
    const [topRadius, topHeight] = profile[profile.length - 1];
    if (bottomRadius > 0) this.disc(part, base, bottomRadius, bottomHeight, segments, -1, options.shade);
    if (topRadius > 0) this.disc(part, base, topRadius, topHeight, segments, 1, options.shade);
    return this;
  }

  private disc(
    part: SketchPart,
    base: Vector3,
    radius: number,
    height: number,
    segments: number,
    up: 1 | -1,
    shade: Shade | undefined,
  ) {
    const normal: Vector3 = [0, up, 0];
    const y = base[1] + height;
    const center = this.vertex(part, [base[0], y, base[2]], normal, base[0], base[2], shade);
    for (let segment = 0; segment < segments; segment++) {
      const angle = (2 * Math.PI * segment) / segments;
      const x = base[0] + Math.cos(angle) * radius;
      const z = base[2] - Math.sin(angle) * radius;
      this.vertex(part, [x, y, z], normal, x, z, shade);
    }
    for (let segment = 0; segment < segments; segment++) {
      const a = center + 1 + segment;
      const b = center + 1 + ((segment + 1) % segments);
      if (up > 0) part.indices.push(center, a, b);
      else part.indices.push(center, b, a);
    }
  }

  cylinder(
    finish: Finish,
    base: Vector3,
    radius: number,
    height: number,
    options: ShapeOptions & { segments?: number; topRadius?: number } = {},
  ): this {
    const { segments = 12, topRadius = radius } = options;
    return this.lathe(
      finish,
      base,
      [
        [radius, 0],
        [topRadius, height],
      ],
      segments,
      options,
    );
  }

  /**
   * An ellipsoid about `center`.
   * @param bump moves each vertex along its ray by this share of the radius; called with the unit direction.
   */
  ball(
    finish: Finish,
    center: Vector3,
    radii: Vector3,
    options: ShapeOptions & { segments?: number; bump?: (x: number, y: number, z: number) => number } = {},
  ): this {
    const part = this.part(finish);
    const segments = options.segments ?? 12;
    const rings = Math.max(4, Math.round(segments / 2));
    const first = part.positions.length / 3;
    const point = (ring: number, segment: number): Vector3 => {
      const polar = (Math.PI * ring) / rings;
      const angle = (2 * Math.PI * (segment % segments)) / segments;
      const d: Vector3 = [
        Math.sin(polar) * Math.cos(angle),
        -Math.cos(polar),
        -Math.sin(polar) * Math.sin(angle),
      ];
      // The poles have one position whatever the segment.
      if (ring === 0 || ring === rings) d[0] = d[2] = 0;
      const r = 1 + (options.bump?.(...d) ?? 0);
      return [
        center[0] + d[0] * radii[0] * r,
        center[1] + d[1] * radii[1] * r,
        center[2] + d[2] * radii[2] * r,
      ];
    };
    const widest = Math.max(radii[0], radii[2]);
    for (let ring = 0; ring <= rings; ring++)
      for (let segment = 0; segment <= segments; segment++) {
        const p = point(ring, segment);
        const east = difference(point(ring, segment + 1), point(ring, segment + segments - 1));
        const north = difference(
          point(Math.min(rings, ring + 1), segment),
          point(Math.max(0, ring - 1), segment),
        );
        let normal = cross(east, north);
        if (ring === 0) normal = [0, -1, 0];
        if (ring === rings) normal = [0, 1, 0];
        this.vertex(
          part,
          p,
          normal,
          (segment / segments) * 2 * Math.PI * widest,
          -(ring / rings) * Math.PI * radii[1],
          options.shade,
        );
      }
    for (let ring = 0; ring < rings; ring++)
      for (let segment = 0; segment < segments; segment++) {
        const i = first + ring * (segments + 1) + segment;
        const above = i + segments + 1;
        if (ring > 0) part.indices.push(i, i + 1, above + 1);
        if (ring < rings - 1) part.indices.push(i, above + 1, above);
      }
    return this;
  }

  /** A wedge (roof, ramp): a triangle in the xy plane from (0, 0), (width, 0), (apex, height), extruded along z. */
  wedge(
    finish: Finish,
    base: Vector3,
    size: Vector3,
    apexShare: number,
    options: ShapeOptions & { open?: boolean } = {},
  ): this {
    const [width, height, depth] = size;
    const [x0, y0, z0] = [base[0] - width / 2, base[1], base[2] - depth / 2];
    const apex = x0 + width * apexShare;
    this.panel(finish, [x0, y0, z0], [0, 0, depth], [apex - x0, height, 0], options);
    this.panel(finish, [x0 + width, y0, z0 + depth], [0, 0, -depth], [apex - x0 - width, height, 0], options);
    if (!options.open) this.panel(finish, [x0, y0, z0], [width, 0, 0], [0, 0, depth], options);
    const part = this.part(finish);
    for (const [z, facing] of [
      [z0 + depth, 1],
      [z0, -1],
    ] as const) {
      const normal: Vector3 = [0, 0, facing];
      const corners: Vector3[] = [
        [x0, y0, z],
        [x0 + width, y0, z],
        [apex, y0 + height, z],
      ];
      const ids = corners.map(corner =>
        this.vertex(part, corner, normal, facing * corner[0], -corner[1], options.shade),
      );
      if (facing > 0) part.indices.push(ids[0], ids[1], ids[2]);
      else part.indices.push(ids[0], ids[2], ids[1]);
    }
    return this;
  }

  /** Smallest and largest corner of everything drawn, this sketch's frame. */
  bounds(): { min: Vector3; max: Vector3 } {
    const min: Vector3 = [Infinity, Infinity, Infinity];
    const max: Vector3 = [-Infinity, -Infinity, -Infinity];
    for (const { positions } of this.parts)
      for (let i = 0; i < positions.length; i++) {
        min[i % 3] = Math.min(min[i % 3], positions[i]);
        max[i % 3] = Math.max(max[i % 3], positions[i]);
      }
    return { min, max };
  }
}

function difference(a: Vector3, b: Vector3): Vector3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function cross(a: Vector3, b: Vector3): Vector3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
