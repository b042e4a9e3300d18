import { SAME_TRAP_METERS } from './detectors/stuck.ts';
import type { Finding, Severity, ViolationType } from './types.ts';

/** Findings of one type nearer than this are one defect, metres. Static detectors report each defect once. */
const MERGE_METERS: Partial<Record<ViolationType, number>> = {
  stuck: SAME_TRAP_METERS,
  'fall-through': 0.5,
  // A door is a metre wide; what lies behind may fall into several pieces.
  'blocked-passage': 1.5,
};
/** More findings of one type than this are one bad world; the gravest are kept and the rest counted. */
const MAX_PER_TYPE = 20;
const RANK: Record<Severity, number> = { error: 0, warning: 1, info: 2 };

/**
 * One defect, one finding: joins findings of a type that lie together, drops what follows from another finding
 * about the same object, and caps each type. Errors come first, then by type and confidence.
 */
export function mergeFindings(findings: readonly Finding[]): Finding[] {
  const kept: Finding[] = [];
  const ordered = [...findings].sort(
    (a, b) => RANK[a.severity] - RANK[b.severity] || b.confidence - a.confidence,
  );
  const dropped = new Map<ViolationType, number>();
  for (const finding of ordered) {
    const reach = MERGE_METERS[finding.type];
    const twin = kept.find(
      other =>
        other.type === finding.type &&
        reach !== undefined &&
        Math.hypot(...other.position.map((value, axis) => value - finding.position[axis])) <= reach,
    );
    if (twin) {
      twin.evidence = {
        ...twin.evidence,
        alsoSeen: ((twin.evidence['alsoSeen'] as number | undefined) ?? 0) + 1,
      };
      continue;
    }
    // What hangs in the air has no support to tip over on.
    const object = finding.object;
    if (
      finding.type === 'unstable' &&
      kept.some(other => other.type === 'floating' && other.object === object)
    )
      continue;
    if (kept.filter(other => other.type === finding.type).length >= MAX_PER_TYPE) {
      dropped.set(finding.type, (dropped.get(finding.type) ?? 0) + 1);
      continue;
    }
    kept.push({ ...finding });
  }
  for (const [type, count] of dropped) {
    const last = kept.findLast(finding => finding.type === type);
    if (last) last.evidence = { ...last.evidence, moreOfThisType: count };
  }
  return kept.sort(
    (a, b) =>
      RANK[a.severity] - RANK[b.severity] ||
      a.type.localeCompare(b.type, 'en') ||
      b.confidence - a.confidence,
  );
}
