import { join } from 'node:path';
import { DirectorError } from '../../engine/errors.ts';
import { writeFileAtomic } from '../../engine/writeFileAtomic.ts';
import { toHtml } from './html.ts';
import type { Illustration } from './illustrate/illustration.ts';
import type { TestReport } from './json.ts';
import { toJson } from './json.ts';
import { toJunit } from './junit.ts';
import { toSarif } from './sarif.ts';
import type { FailOn } from './verdict.ts';

export const REPORTERS = ['json', 'junit', 'sarif', 'html'] as const;
export type Reporter = (typeof REPORTERS)[number];

export interface WriteReportsOptions {
  failOn: FailOn;
  /** Of the tool, for reports that name it. */
  version: string;
  /** Of the report's runs, in their order; for the page. */
  illustrations?: readonly Illustration[];
}

/** @throws USAGE naming what exists. */
export function parseReporters(text: string): Reporter[] {
  const names = text
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '');
  const unknown = names.find(name => !(REPORTERS as readonly string[]).includes(name));
  if (names.length === 0 || unknown !== undefined)
    throw new DirectorError('USAGE', `There is no reporter '${unknown ?? text}'.`, {
      suggestion: `Give one or more of ${REPORTERS.join(', ')}, separated by commas.`,
    });
  return [...new Set(names)] as Reporter[];
}

/**
 * Writes report.json, report.junit.xml, report.sarif and report.html into a folder, each under a temporary name
 * first, so that a full disk or a kill leaves the former report or none, never a half one.
 * @returns the paths written.
 * @throws OUTPUT_UNWRITABLE
 */
export async function writeReports(
  folder: string,
  report: TestReport,
  reporters: readonly Reporter[],
  { failOn, version, illustrations }: WriteReportsOptions,
): Promise<string[]> {
  const files: Record<Reporter, () => [string, string]> = {
    json: () => ['report.json', toJson(report)],
    junit: () => ['report.junit.xml', toJunit(report, failOn)],
    sarif: () => ['report.sarif', toSarif(report, version)],
    html: () => ['report.html', toHtml(report, illustrations)],
  };
  const written: string[] = [];
  for (const reporter of reporters) {
    const [name, text] = files[reporter]();
    const path = join(folder, name);
    await writeFileAtomic(path, text);
    written.push(path);
  }
  return written;
}
