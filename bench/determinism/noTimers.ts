/** Stands in a page for node:timers/promises, which only a run that is watched live waits on. */
export const setTimeout = (milliseconds: number): Promise<void> =>
  new Promise(resume => globalThis.setTimeout(resume, milliseconds));
