import { type ColmapModel, unreadableCameras } from './colmapTypes.ts';

/** The three texts of a model. @throws CAMERAS_UNREADABLE naming the file and the line */
export function readColmapText(texts: { cameras: string; images: string; points3D: string }): ColmapModel {
  const model: ColmapModel = { cameras: new Map(), images: new Map(), points: [] };
  for (const { words, number, fail } of rows(texts.cameras, 'cameras.txt')) {
    if (words.length < 5) throw fail('a camera has an id, a model, a size and parameters');
    const [id, width, height, ...params] = number([0, 2, ...from(3, words)]);
    if (model.cameras.has(id)) throw fail(`camera ${id} is there twice`);
    model.cameras.set(id, { model: words[1], width, height: height, params });
  }
  readImages(texts.images, model);
  for (const { words, number, fail } of rows(texts.points3D, 'points3D.txt')) {
    if (words.length < 8 || words.length % 2 !== 0) throw fail('a point has eight values and pairs of two');
    const [x, y, z] = number([1, 2, 3]);
    model.points.push({ position: [x, y, z], track: number(from(8, words)) });
  }
  return model;
}

function readImages(text: string, { images }: ColmapModel): void {
  // An image without features has an empty second line: only comments may be skipped here.
  const lines = text.split('\n').map(line => line.trim());
  let at = 0;
  const skipComments = () => {
    while (at < lines.length && lines[at].startsWith('#')) at++;
  };
  for (;;) {
    skipComments();
    while (at < lines.length && lines[at] === '') at++;
    skipComments();
    if (at >= lines.length) return;
    const { words, number, fail } = row(lines[at], 'images.txt', at);
    if (words.length < 10) throw fail('an image has an id, a pose, a camera and a name');
    const [id, qw, qx, qy, qz, tx, ty, tz, cameraId] = number([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    const second = row(lines[at + 1] ?? '', 'images.txt', at + 1);
    if (second.words.length % 3 !== 0) throw second.fail('features come as x, y and point');
    const features = new Float64Array((2 * second.words.length) / 3);
    for (let i = 0; i < features.length; i += 2)
      features.set(second.number([(3 * i) / 2, (3 * i) / 2 + 1]), i);
    if (images.has(id)) throw fail(`image ${id} is there twice`);
    images.set(id, {
      name: words.slice(9).join(' '),
      cameraId,
      rotation: [qw, qx, qy, qz],
      translation: [tx, ty, tz],
      features,
    });
    at += 2;
  }
}

/** Places of the words from one on. */
function from(first: number, words: readonly string[]): number[] {
  return Array.from({ length: words.length - first }, (_, i) => first + i);
}

interface Row {
  words: string[];
  /** The words at these places, as numbers. */
  number: (at: readonly number[]) => number[];
  fail: (why: string) => Error;
}

function row(line: string, file: string, index: number): Row {
  const words = line === '' ? [] : line.split(/\s+/);
  const fail = (why: string) => unreadableCameras(`${file}, line ${index + 1}`, why);
  const number = (at: readonly number[]) =>
    at.map(i => {
      const value = Number(words[i]);
      if (!Number.isFinite(value)) throw fail(`${words[i]?.slice(0, 40)} is no number`);
      return value;
    });
  return { words, number, fail };
}

function* rows(text: string, file: string): Generator<Row> {
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line !== '' && !line.startsWith('#')) yield row(line, file, i);
  }
}
