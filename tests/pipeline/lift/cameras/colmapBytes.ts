import { CAMERA_MODELS } from '../../../../pipeline/lift/cameras/cameraModels.ts';
import type { ColmapModel } from '../../../../pipeline/lift/cameras/colmapTypes.ts';

/** The three binary files of a model, as COLMAP writes them. */
export function colmapBytes(model: ColmapModel): {
  cameras: Uint8Array;
  images: Uint8Array;
  points3D: Uint8Array;
} {
  const cameras = new Writer();
  cameras.uint64(model.cameras.size);
  for (const [id, { model: name, width, height, params }] of model.cameras) {
    cameras.uint32(id).uint32(CAMERA_MODELS[name].id).uint64(width).uint64(height);
    cameras.doubles(params);
  }
  const images = new Writer();
  images.uint64(model.images.size);
  for (const [id, { name, cameraId, rotation, translation, features }] of model.images) {
    images.uint32(id).doubles(rotation).doubles(translation).uint32(cameraId);
    images.bytes([...new TextEncoder().encode(name), 0]).uint64(features.length / 2);
    for (let i = 0; i < features.length; i += 2)
      images.doubles([features[i], features[i + 1]]).uint64(0xffffffffffffffffn);
  }
  const points = new Writer();
  points.uint64(model.points.length);
  for (const [i, { position, track }] of model.points.entries()) {
    points
      .uint64(i + 1)
      .doubles(position)
      .bytes([1, 2, 3])
      .doubles([0.5])
      .uint64(track.length / 2);
    for (const value of track) points.uint32(value);
  }
  return { cameras: cameras.all(), images: images.all(), points3D: points.all() };
}

class Writer {
  private readonly out: number[] = [];

  private put(bytes: number, set: (view: DataView) => void): this {
    const view = new DataView(new ArrayBuffer(bytes));
    set(view);
    return this.bytes(new Uint8Array(view.buffer));
  }

  bytes(values: Iterable<number>): this {
    this.out.push(...values);
    return this;
  }

  uint32(value: number): this {
    return this.put(4, view => view.setUint32(0, value, true));
  }

  uint64(value: number | bigint): this {
    return this.put(8, view => view.setBigUint64(0, BigInt(value), true));
  }

  doubles(values: readonly number[]): this {
    for (const value of values) this.put(8, view => view.setFloat64(0, value, true));
    return this;
  }

  all(): Uint8Array {
    return Uint8Array.from(this.out);
  }
}
