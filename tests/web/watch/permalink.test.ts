import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePermalink, type Permalink, parsePermalink } from '../../../web/watch/permalink.ts';

const hundredths = (max: number) =>
  fc.integer({ min: -100 * max, max: 100 * max }).map(value => value / 100 + 0);
const point = fc.tuple(hundredths(10_000), hundredths(10_000), hundredths(10_000));
const agentParts = fc
  .record({ agent: fc.nat(255), from: fc.constantFrom('behind' as const, 'eyes' as const) })
  .map(parts => parts as Pick<Permalink, 'agent' | 'from'>);
const link: fc.Arbitrary<Permalink> = fc
  .tuple(
    fc.record(
      {
        seconds: fc.integer({ min: 0, max: 3_600_000 }).map(value => value / 1000),
        selection: fc.stringMatching(/^[a-z]{3,12}(-[0-9a-f]{1,8}){0,3}$/),
        camera: fc.record({
          position: point,
          target: point,
          mode: fc.constantFrom('walk' as const, 'fly' as const, 'orbit' as const, 'follow' as const),
        }),
      },
      { requiredKeys: [] },
    ),
    fc.option(agentParts, { nil: {} }),
  )
  .map(([parts, agent]) => ({ ...parts, ...agent }));

describe('permalink', () => {
  it('restores what it was made from', () => {
    fc.assert(
      fc.property(link, original => {
        expect(parsePermalink(encodePermalink(original))).toEqual(original);
        expect(parsePermalink(`#${encodePermalink(original)}`)).toEqual(original);
      }),
    );
  });

  it('survives the address bar', () => {
    fc.assert(
      fc.property(link, original => {
        const url = new URL('http://localhost/watch/r_0');
        url.hash = encodePermalink(original);
        expect(parsePermalink(new URL(url.href).hash)).toEqual(original);
      }),
    );
  });

  it('keeps any place to the centimetre and any time to the millisecond', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 3600, noNaN: true }),
        fc.double({ min: -1000, max: 1000, noNaN: true }),
        (seconds, x) => {
          const read = parsePermalink(
            encodePermalink({ seconds, camera: { position: [x, 0, 0], target: [0, 0, x], mode: 'fly' } }),
          );
          expect(Math.abs((read.seconds ?? NaN) - seconds)).toBeLessThanOrEqual(0.000501);
          expect(Math.abs((read.camera?.position[0] ?? NaN) - x)).toBeLessThanOrEqual(0.00501);
        },
      ),
    );
  });

  it('reads rubbish as nothing, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webFragments()), rubbish => {
        expect(encodePermalink(parsePermalink(rubbish))).toBe(
          encodePermalink(parsePermalink(encodePermalink(parsePermalink(rubbish)))),
        );
      }),
    );
    for (const rubbish of [
      '#',
      't=',
      't=-3',
      't=1e9',
      't=NaN',
      'v=<script>',
      'a=1.5',
      'a=-1',
      'a=99999',
      'from=eyes',
      'at=1,2&to=0,0,0&mode=fly',
      'at=1,2,3,4&to=0,0,0&mode=fly',
      'at=1,2,3&to=0,0,0&mode=teleport',
      'at=1,2,3&mode=fly',
      't=%E0%A4%A',
    ])
      expect(parsePermalink(rubbish)).toEqual({});
  });

  it('takes what is sound and leaves the rest', () => {
    expect(parsePermalink('t=4.5&v=%%&a=2&from=nose&x=y&at=1,2,oops&to=0,0,0&mode=fly')).toEqual({
      seconds: 4.5,
      agent: 2,
    });
  });

  it('writes nothing that it could not read', () => {
    const link: Permalink = {
      seconds: Number.POSITIVE_INFINITY,
      selection: 'Not An Id',
      agent: -1,
      camera: { position: [Number.NaN, 0, 0], target: [0, 0, 0], mode: 'fly' },
    };
    expect(encodePermalink(link)).toBe('');
  });
});
