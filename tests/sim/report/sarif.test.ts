import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { makeReport } from '../../../sim/report/json.ts';
import { toSarif } from '../../../sim/report/sarif.ts';
import { VIOLATION_HELP } from '../../../sim/report/violationHelp.ts';
import { REPORT, run, violation } from './reportFixtures.ts';

/** The parts of the OASIS schema (sarif-schema-2.1.0.json) that the report uses, with its refusals of other keys. */
const uriReference = z.string().refine(text => {
  new URL(text, 'file:///root/');
  return !/[\s<>"{}|\\^`]/.test(text);
}, 'a URI reference');
const message = z.strictObject({ text: z.string().min(1), markdown: z.string().optional() });
const level = z.enum(['none', 'note', 'warning', 'error']);
const location = z.strictObject({
  physicalLocation: z.strictObject({
    artifactLocation: z.strictObject({ uri: uriReference, uriBaseId: z.string().optional() }),
    region: z.strictObject({ startLine: z.int().min(1) }),
  }),
  logicalLocations: z
    .array(z.strictObject({ name: z.string(), fullyQualifiedName: z.string(), kind: z.string() }))
    .optional(),
  message: message.optional(),
});
const sarifSchema = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.array(
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string(),
          version: z.string(),
          semanticVersion: z.string(),
          rules: z.array(
            z.strictObject({
              id: z.string(),
              name: z.string(),
              shortDescription: message,
              fullDescription: message,
              help: message,
              defaultConfiguration: z.strictObject({ level }),
            }),
          ),
        }),
      }),
      invocations: z.array(
        z.strictObject({
          executionSuccessful: z.boolean(),
          toolExecutionNotifications: z.array(
            z.strictObject({
              level,
              message,
              descriptor: z.strictObject({ id: z.string() }),
              locations: z.array(location),
            }),
          ),
        }),
      ),
      columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
      results: z.array(
        z.strictObject({
          ruleId: z.string(),
          ruleIndex: z.int().min(0),
          level,
          message,
          rank: z.number().min(0).max(100),
          locations: z.array(location),
          fingerprints: z.record(z.string(), z.string()),
          partialFingerprints: z.record(z.string(), z.string()),
          baselineState: z.enum(['new', 'unchanged', 'updated', 'absent']).optional(),
          suppressions: z
            .array(z.strictObject({ kind: z.enum(['inSource', 'external']), justification: z.string() }))
            .optional(),
          properties: z.record(z.string(), z.unknown()),
        }),
      ),
    }),
  ),
});

const read = (report = REPORT) => sarifSchema.parse(JSON.parse(toSarif(report, '1.2.3'))).runs[0];

describe('SARIF', () => {
  test('keeps to the schema; each result names its rule, level, file and object', () => {
    const { tool, results } = read();
    expect(results.map(result => result.level)).toEqual(['error', 'note']);
    for (const result of results) expect(tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    const [{ physicalLocation, logicalLocations }] = results[0].locations;
    expect(decodeURIComponent(physicalLocation.artifactLocation.uri)).toBe('worlds/<a & "b">.glb');
    expect(logicalLocations).toMatchObject([{ name: 'box <1>', kind: 'object' }]);
    expect(results[0].properties).toMatchObject({ position: [1, 2, 3], confidence: 0.9 });
  });

  test('the fingerprint is the violation, whatever else changes', () => {
    const moved = violation({ message: 'Said otherwise.', confidence: 0.1, evidence: {} });
    const [first] = read(makeReport([run({ violations: [violation()] })], [])).results;
    const [second] = read(makeReport([run({ violations: [moved], wallSeconds: 9 })], [])).results;
    expect(second.fingerprints).toEqual(first.fingerprints);
  });

  test('a world that could not be tested is a notification, and the invocation did not succeed', () => {
    const [{ executionSuccessful, toolExecutionNotifications }] = read().invocations;
    expect(executionSuccessful).toBe(false);
    expect(toolExecutionNotifications).toMatchObject([{ descriptor: { id: 'INPUT_NOT_FOUND' } }]);
    expect(read(makeReport([run()], [])).invocations[0].executionSuccessful).toBe(true);
  });

  test('tells what is new, known, gone and passed over', () => {
    const violations = [
      violation({ baseline: 'new' }),
      violation({ baseline: 'known', suppressed: 'floating is ignored' }),
    ];
    const { results } = read(makeReport([run({ violations, gone: [violation()] })], []));
    expect(results.map(result => result.baselineState)).toEqual(['new', 'unchanged', 'absent']);
    expect(results.map(result => result.suppressions?.[0].justification)).toEqual([
      undefined,
      'floating is ignored',
      undefined,
    ]);
  });

  test('a world folder stands under its world.json, an absolute path is a file URI', () => {
    const uri = (world: string) =>
      read(makeReport([run({ world, violations: [violation()] })], [])).results[0].locations[0]
        .physicalLocation.artifactLocation.uri;
    expect(uri('worlds/hall/')).toBe('worlds/hall/world.json');
    expect(uri('/tmp/a b.glb')).toBe('file:///tmp/a%20b.glb');
  });
});

test('every violation type of the guide has its rule, with the text that people read', () => {
  const guide = readFileSync(new URL('../../../docs/violations.md', import.meta.url), 'utf8');
  const types = [...guide.matchAll(/^\| `([a-z-]+)` \|/gm)].map(match => match[1]);
  expect(types.length).toBeGreaterThan(5);
  expect(Object.keys(VIOLATION_HELP)).toEqual(expect.arrayContaining(types));
});
