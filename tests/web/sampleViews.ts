import type {
  IterationView,
  JobView,
  ProductionView,
  RunView,
  TakeView,
  ViolationView,
} from '../../server/api/types.ts';

/** Views as the API gives them, for tests: the parts that matter are given, the others are plain. */

export function sampleJob(part: Partial<JobView> = {}): JobView {
  return {
    id: 'j_0000000000000001',
    kind: 'lift',
    state: 'running',
    productionId: 'p_0000000000000001',
    iteration: 1,
    runId: null,
    attempt: 1,
    stage: 'depth',
    fraction: 0.5,
    message: 'view 4 of 8',
    made: {},
    queuePosition: null,
    etaSeconds: 30,
    error: null,
    createdAt: '2026-11-22T10:00:00Z',
    startedAt: null,
    finishedAt: null,
    ...part,
  };
}

export function sampleTake(take: string, part: Partial<TakeView> = {}): TakeView {
  return {
    take,
    video: { url: `/files/${take}.mp4`, sha256: '', bytes: 1, mediaType: 'video/mp4' },
    rank: null,
    overall: null,
    dimensions: null,
    liftable: null,
    findings: [],
    verdict: null,
    ...part,
  };
}

export function sampleScores(scores: Record<string, number>): NonNullable<TakeView['dimensions']> {
  return Object.fromEntries(
    Object.entries(scores).map(([name, score]) => [name, { score, value: score, unit: 'px', confidence: 1 }]),
  );
}

export function sampleIteration(part: Partial<IterationView> = {}): IterationView {
  return { iteration: 1, prompt: 'A hallway', ...part };
}

export function sampleProduction(part: Partial<ProductionView> = {}): ProductionView {
  return {
    id: 'p_0000000000000001',
    version: 1,
    prompt: 'A hallway',
    source: 'prompt',
    state: 'running',
    waitingFor: null,
    through: 'revise',
    autopilot: 1,
    options: {
      takes: 3,
      seconds: 4,
      width: 640,
      height: 360,
      framesPerSecond: 24,
      seed: 1,
      provider: 'procedural',
      quality: 'standard',
      agents: 16,
      testSeconds: 120,
    },
    iterations: [],
    best: null,
    stoppedBecause: null,
    error: null,
    job: null,
    createdAt: '2026-11-22T10:00:00Z',
    updatedAt: '2026-11-22T10:00:00Z',
    ...part,
  };
}

export function sampleViolation(id: string, part: Partial<ViolationView> = {}): ViolationView {
  return {
    id,
    type: 'stuck',
    severity: 'warning',
    confidence: 1,
    position: [0, 0, 0],
    message: 'An agent could not get away.',
    evidence: {},
    replay: {},
    ...part,
  };
}

export function sampleRun(violations: ViolationView[]): RunView {
  return {
    id: 'r_0000000000000001',
    worldId: 'w_0000000000000001',
    productionId: null,
    iteration: null,
    state: 'completed',
    job: null,
    seed: 1,
    agents: 16,
    seconds: 120,
    pace: 'fast',
    result: {
      simulatedSeconds: 10,
      agentSteps: 9600,
      coverage: { reachableArea: 20, enteredArea: 20, ratio: 1 },
      violations,
      stateHash: '00',
    },
    files: {},
    createdAt: '2026-11-22T10:00:00Z',
  };
}
