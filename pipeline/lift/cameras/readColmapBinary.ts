import { DirectorError } from '../../../engine/errors.ts';
import { CAMERA_MODELS } from './cameraModels.ts';
import { type ColmapModel, unreadableCameras } from './colmapTypes.ts';

/** The three binary files of a model. Counts are held against the bytes before anything is allocated. */
export function readColmapBinary(files: {
  cameras: Uint8Array;
  images: Uint8Array;
  points3D: Uint8Array;
}): ColmapModel {
  const model: ColmapModel = { cameras: new Map(), images: new Map(), points: [] };
  readCameras(new Reader(files.cameras, 'cameras.bin'), model);
  readImages(new Reader(files.images, 'images.bin'), model);
  const reader = new Reader(files.points3D, 'points3D.bin');
  for (let left = reader.count(51); left > 0; left--) {
    reader.skip(8);
    const [x, y, z] = reader.doubles(3);
    reader.skip(3 + 8);
    const track: number[] = [];
    for (let seen = reader.count(8); seen > 0; seen--) track.push(reader.uint32(), reader.uint32());
    model.points.push({ position: [x, y, z], track });
  }
  reader.end();
  return model;
}

function readCameras(reader: Reader, { cameras }: ColmapModel): void {
  for (let left = reader.count(24); left > 0; left--) {
    const id = reader.uint32();
    const number = reader.uint32();
    const model = Object.keys(CAMERA_MODELS).find(name => CAMERA_MODELS[name].id === number);
    // How many parameters follow is known only of these.
    if (model === undefined)
      throw new DirectorError('CAMERAS_UNSUPPORTED', `The camera model ${number} of COLMAP is not read.`, {
        details: { model: number, known: Object.keys(CAMERA_MODELS) },
      });
    const [width, height] = [reader.uint64(), reader.uint64()];
    cameras.set(id, { model, width, height, params: reader.doubles(CAMERA_MODELS[model].params) });
  }
  reader.end();
}

function readImages(reader: Reader, { images }: ColmapModel): void {
  for (let left = reader.count(73); left > 0; left--) {
    const id = reader.uint32();
    const rotation = reader.doubles(4);
    const translation = reader.doubles(3);
    const cameraId = reader.uint32();
    const name = reader.text();
    const features = new Float64Array(2 * reader.count(24));
    for (let i = 0; i < features.length; i += 2) {
      features.set(reader.doubles(2), i);
      reader.skip(8);
    }
    images.set(id, { name, cameraId, rotation, translation, features });
  }
  reader.end();
}

const MOST_NAME_BYTES = 4096;

class Reader {
  private at = 0;
  private readonly view: DataView;
  private readonly file: string;

  constructor(bytes: Uint8Array, file: string) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.file = file;
  }

  skip(bytes: number): number {
    const from = this.at;
    this.at += bytes;
    if (this.at > this.view.byteLength) throw unreadableCameras(this.file, 'it is cut off');
    return from;
  }

  uint32(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  uint64(): number {
    return Number(this.view.getBigUint64(this.skip(8), true));
  }

  /** How many rows follow, of at least so many bytes each. */
  count(leastBytes: number): number {
    const rows = this.uint64();
    if (rows * leastBytes > this.view.byteLength - this.at)
      throw unreadableCameras(this.file, `it is cut off: ${rows} rows are announced`);
    return rows;
  }

  doubles(count: number): number[] {
    const from = this.skip(8 * count);
    return Array.from({ length: count }, (_, i) => this.view.getFloat64(from + 8 * i, true));
  }

  text(): string {
    const from = this.at;
    while (this.view.getUint8(this.skip(1)) !== 0)
      if (this.at - from > MOST_NAME_BYTES) throw unreadableCameras(this.file, 'a name has no end');
    return new TextDecoder().decode(
      new Uint8Array(this.view.buffer, this.view.byteOffset + from, this.at - from - 1),
    );
  }

  end(): void {
    if (this.at !== this.view.byteLength) throw unreadableCameras(this.file, 'it holds more than it says');
  }
}
