import { expect, test } from 'vitest';
import { createRandom } from '../../engine/random.ts';
import { Sketch } from '../../scenes/geometry/sketch.ts';
import { THINGS, type ThingName } from '../../scenes/grammar/vocabulary.ts';
import { thingRecipe } from '../../scenes/things/catalog.ts';

const kinds = Object.keys(THINGS) as ThingName[];

test('there are at least thirty kinds', () => expect(kinds.length).toBeGreaterThanOrEqual(30));

test.each(kinds)('%s stands on the floor, faces outwards and has a plausible size and mass', kind => {
  for (const seed of [1, 2, 3]) {
    const recipe = thingRecipe(kind);
    const sketch = new Sketch();
    recipe.draw(sketch, { random: createRandom(seed), main: finish => finish });
    const { min, max } = sketch.bounds();
    const size = max.map((value, axis) => value - min[axis]);
    expect(Math.abs(min[1])).toBeLessThan(0.02);
    expect(Math.max(...size)).toBeGreaterThan(0.3);
    expect(Math.max(...size)).toBeLessThan(7);
    // Signed volume by the divergence theorem: triangles that face inwards would make it negative.
    let volume = 0;
    for (const { positions: p, indices } of sketch.parts)
      for (let t = 0; t < indices.length; t += 3) {
        const [a, b, c] = [indices[t] * 3, indices[t + 1] * 3, indices[t + 2] * 3];
        volume +=
          (p[a] * (p[b + 1] * p[c + 2] - p[b + 2] * p[c + 1]) -
            p[a + 1] * (p[b] * p[c + 2] - p[b + 2] * p[c]) +
            p[a + 2] * (p[b] * p[c + 1] - p[b + 1] * p[c])) /
          6;
      }
    expect(volume).toBeGreaterThan(0);
    // From a stuffed cardboard box to solid stone.
    expect(recipe.massKilograms / volume).toBeGreaterThan(5);
    expect(recipe.massKilograms / volume).toBeLessThan(9000);
  }
});
