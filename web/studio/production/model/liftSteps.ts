/** The lift's stages (pipeline/lift reports them) in the groups that a person follows. */
export const LIFT_STEPS: readonly { title: string; explanation: string; stages: readonly string[] }[] = [
  {
    title: 'Follow points',
    explanation: 'the same corners through the frames',
    stages: ['survey', 'track', 'match', 'focal'],
  },
  {
    title: 'Place the camera',
    explanation: 'where each frame was filmed from',
    stages: ['map', 'cameras', 'loops', 'register'],
  },
  {
    title: 'Measure depth',
    explanation: 'how far every pixel is away',
    stages: ['decode', 'depth', 'consistency'],
  },
  {
    title: 'Build the surface',
    explanation: 'one mesh, upright and to scale',
    stages: ['upright', 'planes', 'carry', 'fuse', 'surface'],
  },
  {
    title: 'Lay the floor',
    explanation: 'what can be walked on, and walls that go on',
    stages: ['floor', 'complete', 'meshes', 'preview', 'write'],
  },
];

/** Index of the step that a stage belongs to; −1 for one that is not known here. */
export function liftStepOf(stage: string): number {
  return LIFT_STEPS.findIndex(step => step.stages.includes(stage));
}
