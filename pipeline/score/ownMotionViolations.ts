import { askedMovers } from './askedMovers.ts';
import type { ShotMeasurements } from './measureShot.ts';
import { findOwnMotion, type OwnMotion } from './ownMotion.ts';
import type { ViolationDraft } from './scoreViolations.ts';
import { rounded } from './statistics.ts';

/** Of what is seen in few looks. */
const LEAST_CONFIDENCE = 0.5;
const CONFIDENCE_PER_LOOK = 0.06;
const MOST_CONFIDENCE = 0.9;

/** Who walks at a subject's distance crosses the picture in four seconds or more; who comes nearer passes before the subject. */
const MOST_SUBJECT_SPEED = 0.25;

/**
 * What moves or changes its shape by itself. Whether that is a fault only the prompt can tell: of those that it asks for,
 * the largest are taken to be they; without a prompt all are told of, and none is held against the video.
 */
export function findOwnMovers(shot: ShotMeasurements, prompt: string | undefined): ViolationDraft[] {
  const found = findOwnMotion(shot.geometry.looks, shot.aspect).sort((a, b) => b.sum - a.sum);
  if (prompt === undefined) return found.map(each => describe(each, 'info', ''));
  const asked = askedMovers(prompt);
  const subjects: OwnMotion[][] = [];
  return found.flatMap(each => {
    const subject = subjects.find(
      parts => parts.every(part => !isAtOnce(part, each)) && parts.some(part => isNear(part, each)),
    );
    if (subject) subject.push(each);
    else if (subjects.length < asked.count && (asked.fast || each.speed <= MOST_SUBJECT_SPEED))
      subjects.push([each]);
    else return [describe(each, 'warning', ', and the prompt does not ask for it')];
    return [];
  });
}

/** The same thing is not in two places at the same time. */
function isAtOnce(a: OwnMotion, b: OwnMotion): boolean {
  return a.fromSeconds < b.toSeconds && b.fromSeconds < a.toSeconds;
}

function isNear({ box: a }: OwnMotion, { box: b }: OwnMotion): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function describe(motion: OwnMotion, severity: 'info' | 'warning', why: string): ViolationDraft {
  const { fromFrame, toFrame, fromSeconds, toSeconds, looks, area, box, pixels, speed } = motion;
  return {
    type: 'view-inconsistency',
    severity,
    confidence: rounded(Math.min(MOST_CONFIDENCE, LEAST_CONFIDENCE + CONFIDENCE_PER_LOOK * (looks - 2))),
    message: `Something moves or changes its shape by itself from ${fromSeconds.toFixed(2)} to ${toSeconds.toFixed(2)} s, ${(area * 100).toFixed(1)} % of the picture${why}.`,
    evidence: {
      fromFrame,
      toFrame,
      looks,
      area: rounded(area),
      box: [box.left, box.top, box.right, box.bottom].map(rounded),
      strayPixels: rounded(pixels),
      picturesASecond: rounded(speed),
    },
    from: fromSeconds,
    to: toSeconds,
  };
}
