import { describe, expect, it } from 'vitest';
import { parsePlan, slotOf } from '../../../pipeline/revise/plan.ts';

describe('parsePlan', () => {
  it.each([
    ['A robot walks down a hallway', 'A robot', 'walks', 'down a hallway'],
    ['Two cats sit in a courtyard, at dusk', 'Two cats', 'sit', 'in a courtyard'],
    ['Static camera, a cat sits in a room', 'a cat', 'sits', 'in a room'],
    [
      'An old monk looks around a forest clearing. It rained',
      'An old monk',
      'looks',
      'around a forest clearing',
    ],
    ['A red car crosses a bridge at night', 'A red car', 'crosses a bridge', ''],
    ['A library at dusk, the camera walks forward', 'A library', '', ''],
    ['The camera dollies through a temple', '', '', 'through a temple'],
    ['Aerial shot of a forest at sunrise, cinematic, 35mm', 'a forest', '', ''],
    ['a floating crate in a warehouse', 'a floating crate', '', 'in a warehouse'],
    ['In a cave, a dog runs', 'a dog', 'runs', 'In a cave'],
    ['', '', '', ''],
  ])('finds who does what where: %s', (prompt, subject, action, place) => {
    expect(parsePlan(prompt).intent).toEqual({ subject, action, place });
  });

  it('tells what each phrase speaks of, in its words and order', () => {
    const { clauses } = parsePlan(
      'A robot walks down a hallway with flickering lights at dusk, handheld camera, film grain, nothing else moves, with tall shelves',
    );
    expect(clauses.flatMap(({ phrases }) => phrases)).toEqual([
      { slot: 'subject', text: 'A robot walks' },
      { slot: 'place', text: 'down a hallway' },
      { slot: 'light', text: 'with flickering lights' },
      { slot: 'time', text: 'at dusk' },
      { slot: 'camera', text: 'handheld camera' },
      { slot: 'style', text: 'film grain' },
      { slot: 'still', text: 'nothing else moves' },
      { slot: 'thing', text: 'with tall shelves' },
    ]);
  });

  it('knows what is said of the camera and of stillness from what is said of things', () => {
    expect(slotOf('the camera moves forward a long way through the scene')).toBe('camera');
    expect(slotOf('every object stays in place and keeps its shape')).toBe('still');
    expect(slotOf('the floor is solid and continuous')).toBe('thing');
    expect(slotOf('every object stands on the floor')).toBe('thing');
  });
});
