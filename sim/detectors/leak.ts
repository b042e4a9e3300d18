import type { Finding } from '../types.ts';
import type { Enclosure } from './enclosure.ts';
import type { Fall } from './fallThrough.ts';

/**
 * Leak: a body leaves the world sideways and falls beside it. In a world that is walled in (enclosure.ts) each
 * way out is an error: a wall is missing or lets bodies through. An open world has to end somewhere; there the
 * rim is reported once, as information.
 */

/** Falls nearer to one another than this used the same way out; a doorway is 1 m wide, a missing wall more. */
const SAME_EXIT_METERS = 3;

export function judgeLeaks(falls: readonly Fall[], enclosure: Enclosure | undefined): Finding[] {
  if (falls.length === 0) return [];
  if (!enclosure?.enclosed)
    return [
      {
        type: 'leak',
        severity: 'info',
        confidence: 0.9,
        position: falls[0].stood,
        message: 'The ground ends here and nothing keeps bodies from walking off its rim.',
        evidence: {
          wallShare: roundShare(enclosure?.wallShare),
          falls: falls.length,
          places: falls.slice(0, 10).map(fall => fall.stood),
        },
        witness: falls[0],
      },
    ];
  return clusters(falls).map(cluster => {
    const position = [0, 1, 2].map(
      axis => cluster.reduce((sum, fall) => sum + fall.stood[axis], 0) / cluster.length,
    );
    const extent = [0, 1, 2].map(
      axis =>
        Math.max(...cluster.map(fall => fall.stood[axis])) -
        Math.min(...cluster.map(fall => fall.stood[axis])),
    );
    return {
      type: 'leak',
      severity: 'error',
      confidence: 0.85,
      position: position as [number, number, number],
      extent: extent as [number, number, number],
      message: 'A body walks out of a walled-in world here and falls beside it.',
      evidence: {
        wallShare: roundShare(enclosure.wallShare),
        falls: cluster.length,
        lastStood: cluster[0].stood,
      },
      witness: cluster[0],
    };
  });
}

/** Falls joined through neighbours, so that one long gap is one exit. */
function clusters(falls: readonly Fall[]): Fall[][] {
  const open = [...falls];
  const result: Fall[][] = [];
  for (let seed = open.shift(); seed; seed = open.shift()) {
    const cluster = [seed];
    for (let head = 0; head < cluster.length; head++)
      for (let i = open.length - 1; i >= 0; i--)
        if (
          Math.hypot(...open[i].stood.map((value, axis) => value - cluster[head].stood[axis])) <=
          SAME_EXIT_METERS
        )
          cluster.push(...open.splice(i, 1));
    result.push(cluster);
  }
  return result;
}

function roundShare(share: number | undefined): number | undefined {
  return share === undefined ? undefined : Math.round(share * 100) / 100;
}
