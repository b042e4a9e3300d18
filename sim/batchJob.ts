/** What a thread is given to test one world of a batch. */
export interface BatchJob {
  world: string;
  agents: number | undefined;
  simulatedSeconds: number | undefined;
  seed: number | undefined;
}
