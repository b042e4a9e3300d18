import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest, the longest first of its project. Without the times of an earlier run, as on a machine that has just
 * fetched the repository, vitest goes by the size of a file, and one long file at the end leaves a core idle.
 */
const LONGEST = [
  'tests/server/jobs/kills.test.ts',
  'tests/pipeline/lift/lift.test.ts',
  'tests/server/jobs/runInProcess.test.ts',
  'tests/pipeline/lift/poses/estimatePoses.test.ts',
  'tests/server/jobs/worker.test.ts',
  'tests/cli/serve.test.ts',
  'tests/server/http/api.test.ts',
  'tests/scenes/places.test.ts',
  'tests/pipeline/direct/direct.test.ts',
  'tests/pipeline/lift/poses/taggedFocal.test.ts',
  'tests/server/db/database.test.ts',
  'tests/e2e/interrupted.test.ts',
  'tests/e2e/loop.test.ts',
  'tests/e2e/keyboard.test.ts',
  'tests/e2e/findings.test.ts',
  'tests/e2e/ownFiles.test.ts',
];

/** Files that share a process come together: between two of them, another project's would end it. */
const PROJECTS = ['processes', 'rooms', 'browser'];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification) => {
      const index = LONGEST.findIndex(path => moduleId.endsWith(`/${path}`));
      return PROJECTS.indexOf(project.name) * 1000 + (index < 0 ? LONGEST.length : index);
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}
