import { instantiateHavok } from '../../engine/physics/havok.ts';
import { type AgentsRun, runAgents } from './agentsRun.ts';

/** What determinism.bench.ts bundles and opens in Chromium. */
Object.assign(globalThis, {
  setImmediate: (use: () => void) => setTimeout(use),
  runAgentsHere: async (run: AgentsRun) => {
    const module = await WebAssembly.compileStreaming(fetch('/HavokPhysics.wasm'));
    return runAgents(run, await instantiateHavok(module));
  },
});
