import { finishProduction } from '../../pipeline/direct/finishProduction.ts';
import { nextStep } from '../../pipeline/direct/nextStep.ts';
import { limitsOf, loadProduction } from '../jobs/productionDocument.ts';
import { changeJob } from './changeJob.ts';
import { type StudioContext, unknownId } from './context.ts';
import { createProduction } from './createProduction.ts';
import { createRun } from './createRun.ts';
import { createUpload, createWorld, importWorld } from './createWorld.ts';
import * as change from './productionChanges.ts';
import * as read from './readStudio.ts';
import type { Studio } from './studio.ts';

/** The studio over a database and a queue; several processes may each have one. */
export function createStudio(context: StudioContext): Studio {
  const { database } = context;
  const production = async (id: string, changed: Promise<void>) => {
    await changed;
    return database.read(queries => read.readProduction(queries, id));
  };
  const job = async (id: string, changed: Promise<void>) => {
    await changed;
    return database.read(queries => read.readJob(queries, id));
  };
  const getProduction = (id: string) => database.read(queries => read.readProduction(queries, id));
  const getWorld = (id: string) => database.read(queries => read.readWorld(queries, id));
  const getRun = (id: string) => database.read(queries => read.readRun(queries, id));
  const getUpload = (id: string) => database.read(queries => read.readUpload(queries, id));
  return {
    createProduction: async wish => getProduction(await createProduction(context, wish)),
    listProductions: page => database.read(queries => read.readProductions(queries, page)),
    getProduction,
    deleteProduction: id => change.deleteProduction(context, id),
    pickTake: (id, iteration, take) => production(id, change.pickTake(context, id, iteration, take)),
    nextIteration: (id, prompt) => production(id, change.beginNextIteration(context, id, prompt)),
    setAutopilot: (id, iterations) => production(id, change.setAutopilot(context, id, iterations)),
    pauseProduction: id => production(id, change.pauseProduction(context, id)),
    resumeProduction: id => production(id, change.resumeProduction(context, id)),
    cancelProduction: id => production(id, change.cancelProduction(context, id)),
    retryProduction: id => production(id, change.retryProduction(context, id)),
    async exportProduction(id) {
      const loaded = await database.read(queries => loadProduction(queries, id, 'read'));
      if (!loaded) throw unknownId(id);
      const { document, row, files } = loaded;
      const limits = limitsOf(row);
      const ended = nextStep(document, limits) === 'done';
      return { production: ended ? finishProduction(document, limits) : document, files };
    },

    listJobs: page => database.read(queries => read.readJobs(queries, page)),
    countJobs: () => database.read(read.countJobs),
    getJob: id => database.read(queries => read.readJob(queries, id)),
    cancelJob: id => job(id, changeJob(context, id, 'cancel')),
    pauseJob: id => job(id, changeJob(context, id, 'pause')),
    resumeJob: id => job(id, changeJob(context, id, 'resume')),
    retryJob: id => job(id, changeJob(context, id, 'retry')),

    createWorld: async uploadId => getWorld(await createWorld(context, uploadId)),
    importWorld: async world => getWorld(await importWorld(context, world)),
    listWorlds: page => database.read(queries => read.readWorlds(queries, page)),
    getWorld,

    createRun: async wish => getRun(await createRun(context, wish)),
    listRuns: page => database.read(queries => read.readRuns(queries, page)),
    getRun,

    createUpload: async upload => getUpload(await createUpload(context, upload)),
    getUpload,
  };
}
