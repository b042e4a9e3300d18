import { afterAll, beforeAll, expect, it } from 'vitest';
import { DirectorError } from '../../../engine/errors.ts';
import { productionSchema } from '../../../pipeline/direct/production.ts';
import * as schemas from '../../../server/api/schemas.ts';
import { finishJob } from '../../../server/jobs/finishJob.ts';
import { failJob } from '../../../server/jobs/releaseJob.ts';
import { describeDatabases } from '../db/testDatabases.ts';
import {
  claimNext,
  drain,
  type Installation,
  newInstallation,
  outcomeOf,
  QUICK,
} from '../jobs/installation.ts';

const UNKNOWN = 'p_0000000000000000';
const video = { sha256: 'c'.repeat(64), bytes: 9, mediaType: 'video/webm' };
const glb = { sha256: 'd'.repeat(64), bytes: 9, mediaType: 'model/gltf-binary' };

describeDatabases('the studio', kind => {
  let installation: Installation;
  beforeAll(async () => {
    installation = await newInstallation(kind);
  });
  afterAll(async () => {
    await installation.stop();
    await installation.place.remove();
  });
  /** A production with its first iteration done, waiting for its revision to be accepted. */
  const finished = async (wish = {}) => {
    const { id } = await installation.studio.createProduction({ ...QUICK, through: 'revise', ...wish });
    await drain(installation);
    return id;
  };

  it('starts a production and its first job at once, with the defaults of the command line', async () => {
    const { studio } = installation;
    const view = await studio.createProduction({ prompt: 'A hallway' });
    expect(schemas.productionView.parse(view)).toEqual(view);
    expect(view).toMatchObject({
      version: 2,
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
        testSeconds: 120,
      },
      iterations: [{ iteration: 1, prompt: 'A hallway' }],
      job: {
        kind: 'generate',
        state: 'queued',
        iteration: 1,
        queuePosition: 0,
        etaSeconds: null,
        attempt: 0,
      },
    });
    await studio.deleteProduction(view.id);
    await expect(studio.getProduction(view.id)).rejects.toMatchObject({ code: 'UNKNOWN_ID' });
    await expect(studio.getJob(view.job?.id ?? '')).rejects.toMatchObject({ code: 'UNKNOWN_ID' });
  });

  it('refuses what the provider cannot do before it queues anything', async () => {
    const { studio } = installation;
    const before = await studio.countJobs();
    await expect(studio.createProduction({ prompt: 'A', seconds: 1000 })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    });
    expect(await studio.countJobs()).toEqual(before);
  });

  it('waits for a pick where it is asked to, lifts the picked take, and asks again only for the revision', async () => {
    const { studio } = installation;
    const { id } = await studio.createProduction(QUICK);
    expect(await drain(installation)).toEqual(['generate', 'score']);
    const waiting = await studio.getProduction(id);
    expect(waiting).toMatchObject({ state: 'waiting', waitingFor: 'pick', job: null });
    expect(waiting.iterations[0]?.takes).toMatchObject([
      { take: 'take-01', rank: 2, dimensions: { sharpness: { score: 0.5 } }, liftable: { ok: true } },
      {
        take: 'take-02',
        rank: 1,
        video: { url: expect.stringMatching(/^\/api\/files\/[0-9a-f]{64}\/take-02\.mp4$/) },
      },
    ]);
    await expect(studio.pickTake(id, 1, 'take-07')).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    await expect(studio.pickTake(id, 2, 'take-01')).rejects.toMatchObject({ code: 'STATE_CONFLICT' });

    const picked = await studio.pickTake(id, 1, 'take-01');
    expect(picked).toMatchObject({ state: 'running', waitingFor: null, job: { kind: 'lift' } });
    const claim = await claimNext(installation);
    expect(claim.work).toMatchObject({ kind: 'production-step', step: 'lift', take: 'take-01' });
    expect(Object.keys(claim.inputs).sort()).toEqual([
      'iteration-01/scores.json',
      'iteration-01/takes/take-01.mp4',
      'iteration-01/takes/take-02.mp4',
    ]);
    await finishJob(
      installation.database,
      installation.queue,
      claim.job,
      outcomeOf('lift', 1, { take: 'take-01' }),
    );
    const tested = await studio.getProduction(id);
    expect(tested.job).toMatchObject({ kind: 'test', runId: expect.stringMatching(/^r_/) });
    // The run can be watched before it has begun.
    const run = await studio.getRun(tested.job?.runId ?? '');
    expect(schemas.runView.parse(run)).toEqual(run);
    expect(run).toMatchObject({ state: 'queued', result: null, productionId: id, iteration: 1 });
    expect(await drain(installation)).toEqual(['test', 'revise']);
    const view = await studio.getProduction(id);
    expect(schemas.productionView.parse(view)).toEqual(view);
    expect(view).toMatchObject({
      state: 'waiting',
      waitingFor: 'accept',
      iterations: [
        {
          lifted: { take: 'take-01', worldId: run.worldId },
          tested: { runId: run.id, violations: { error: 1 } },
          revised: { prompt: 'better 1' },
        },
      ],
      best: { iteration: 1, worldId: run.worldId },
    });
    expect(await studio.getRun(run.id)).toMatchObject({
      state: 'completed',
      result: { stateHash: 'abc' },
      files: { 'trace.bin': { bytes: 5 }, 'report.json': {} },
    });
    const world = await studio.getWorld(run.worldId);
    expect(schemas.worldView.parse(world)).toEqual(world);
    expect(world).toMatchObject({
      source: 'lift',
      take: 'take-01',
      files: { 'visual.glb': {}, 'world.json': {} },
      video: { url: expect.stringContaining('take-01.mp4') },
      runs: [run.id],
    });
    await studio.deleteProduction(id);
    await expect(studio.getWorld(world.id)).rejects.toMatchObject({ code: 'UNKNOWN_ID' });
    await expect(studio.getRun(run.id)).rejects.toMatchObject({ code: 'UNKNOWN_ID' });
  });

  it('replaces world, test and revision of the last iteration by those of another take', async () => {
    const { studio } = installation;
    const id = await finished();
    const before = await studio.getProduction(id);
    const view = await studio.pickTake(id, 1, 'take-01');
    expect(view.iterations[0]).not.toHaveProperty('lifted');
    expect(view.iterations[0]).not.toHaveProperty('revised');
    expect(view.iterations[0]?.takes?.[0]).toMatchObject({ rank: 2 });
    expect(await drain(installation, { take: 'take-01' })).toEqual(['lift', 'test', 'revise']);
    const after = await studio.getProduction(id);
    expect(after.iterations[0]?.lifted?.take).toBe('take-01');
    expect(after.iterations[0]?.lifted?.worldId).not.toBe(before.iterations[0]?.lifted?.worldId);
    expect(after.version).toBeGreaterThan(view.version);

    // Also while it runs: what the worker has half done counts no more.
    await studio.pickTake(id, 1, 'take-02');
    const claim = await claimNext(installation);
    await studio.pickTake(id, 1, 'take-01');
    await expect(
      finishJob(installation.database, installation.queue, claim.job, outcomeOf('lift', 1)),
    ).rejects.toMatchObject({ code: 'ATTEMPT_REFUSED' });
    expect((await studio.listWorlds({ limit: 100 })).items).toEqual([]);
    await drain(installation, { take: 'take-01' });
    expect((await studio.listWorlds({ limit: 100 })).items).toHaveLength(1);
    await studio.deleteProduction(id);
  });

  it('goes on with the accepted prompt, or with one of a person', async () => {
    const { studio } = installation;
    const id = await finished();
    const second = await studio.nextIteration(id, undefined);
    expect(second.iterations[1]).toEqual({ iteration: 2, prompt: 'better 1' });
    await expect(studio.nextIteration(id, 'too early')).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    await drain(installation);
    const third = await studio.nextIteration(id, 'my own words');
    expect(third.iterations[2]?.prompt).toBe('my own words');
    const claim = await claimNext(installation);
    expect(claim.work).toMatchObject({ production: { iterations: [{}, {}, { prompt: 'my own words' }] } });
    await studio.deleteProduction(id);
  });

  it('is done when nothing is found, and goes on only with a prompt of a person', async () => {
    const { studio } = installation;
    const { id } = await studio.createProduction({ ...QUICK, through: 'revise', autopilot: 5 });
    await drain(installation, { clean: true });
    const view = await studio.getProduction(id);
    expect(view).toMatchObject({
      state: 'done',
      waitingFor: null,
      stoppedBecause: expect.stringContaining('Neither'),
    });
    expect(view.iterations).toHaveLength(1);
    await expect(studio.nextIteration(id, undefined)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    expect((await studio.nextIteration(id, 'more')).state).toBe('running');
    await studio.deleteProduction(id);
  });

  it('runs on by itself as far as autopilot says, and can be told to stop', async () => {
    const { studio } = installation;
    const { id } = await studio.createProduction(QUICK);
    await drain(installation);
    const set = await studio.setAutopilot(id, 3);
    expect(set).toMatchObject({ state: 'running', autopilot: 3, job: { kind: 'lift' } });
    const claim = await claimNext(installation);
    await studio.setAutopilot(id, 1);
    await finishJob(installation.database, installation.queue, claim.job, outcomeOf('lift', 1));
    expect(await drain(installation)).toEqual(['test', 'revise']);
    expect(await studio.getProduction(id)).toMatchObject({
      state: 'waiting',
      waitingFor: 'accept',
      autopilot: 1,
    });
    await studio.setAutopilot(id, 2);
    expect(await drain(installation)).toHaveLength(5);
    await studio.deleteProduction(id);
  });

  it('asks a person before its time where revisions bring nothing, and says why', async () => {
    const { studio } = installation;
    const { id } = await studio.createProduction({ ...QUICK, through: 'revise', autopilot: 9 });
    expect(await drain(installation)).toHaveLength(4 * 5);
    expect(await studio.getProduction(id)).toMatchObject({
      state: 'waiting',
      waitingFor: 'accept',
      stoppedBecause: expect.stringContaining('Since iteration 1, 3 revisions'),
    });
    const accepted = await studio.nextIteration(id, undefined);
    expect(accepted).toMatchObject({ state: 'running', stoppedBecause: null });
    await studio.deleteProduction(id);
  });

  it('stops after the lift where it is asked to, and goes on by autopilot', async () => {
    const { studio } = installation;
    const { id } = await studio.createProduction({ ...QUICK, through: 'lift' });
    expect(await drain(installation)).toEqual(['generate', 'score', 'lift']);
    expect(await studio.getProduction(id)).toMatchObject({ state: 'done', waitingFor: null });
    await expect(studio.nextIteration(id, 'more')).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    await studio.setAutopilot(id, 1);
    expect(await drain(installation)).toEqual(['test', 'revise']);
    await studio.deleteProduction(id);
  });

  it('pauses, resumes, cancels and tries again, through the production or its job', async () => {
    const { studio } = installation;
    const { id, job } = await studio.createProduction(QUICK);
    const jobId = job?.id ?? '';
    await expect(studio.resumeProduction(id)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    expect(await studio.pauseProduction(id)).toMatchObject({
      state: 'paused',
      job: { id: jobId, state: 'paused', queuePosition: null },
    });
    expect(await drain(installation)).toEqual([]);
    expect(await studio.resumeJob(jobId)).toMatchObject({ state: 'queued', queuePosition: 0 });
    await claimNext(installation);
    expect(await studio.cancelJob(jobId)).toMatchObject({ state: 'cancelled', attempt: 1 });
    expect(await studio.getProduction(id)).toMatchObject({ state: 'cancelled', job: null });
    await expect(studio.pauseProduction(id)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    expect(await studio.retryProduction(id)).toMatchObject({
      state: 'running',
      job: { id: jobId, state: 'queued' },
    });
    expect((await claimNext(installation)).job).toMatchObject({ id: jobId, attempt: 2 });
    await studio.deleteProduction(id);
  });

  it('shows why a step failed, and runs it again', async () => {
    const { studio, database } = installation;
    const { id } = await studio.createProduction(QUICK);
    const { job } = await claimNext(installation);
    await failJob(database, job, new DirectorError('JOB_OUT_OF_MEMORY', 'It took 5000 MiB.'));
    const failed = { state: 'failed', error: { code: 'JOB_OUT_OF_MEMORY', message: 'It took 5000 MiB.' } };
    expect(await studio.getProduction(id)).toMatchObject(failed);
    expect(await studio.getJob(job.id)).toMatchObject(failed);
    expect(await studio.retryJob(job.id)).toMatchObject({ state: 'queued', error: null });
    expect(await studio.getProduction(id)).toMatchObject({ state: 'running', error: null });
    await studio.deleteProduction(id);
  });

  it('starts from an uploaded video with its one take', async () => {
    const { studio } = installation;
    const upload = await studio.createUpload({
      name: 'my walk.webm',
      kind: 'video',
      file: video,
      video: { width: 320, height: 180, seconds: 2, framesPerSecond: 24 },
    });
    expect(schemas.uploadView.parse(upload)).toEqual(upload);
    const view = await studio.createProduction({ prompt: 'A kitchen', uploadId: upload.id });
    expect(view).toMatchObject({
      source: 'video',
      job: { kind: 'score' },
      iterations: [{ takes: [{ take: 'take-01', video: { sha256: video.sha256 } }] }],
    });
    const claim = await claimNext(installation);
    expect(claim.inputs).toEqual({ 'iteration-01/takes/take-01.webm': video });
    await expect(studio.createWorld(upload.id)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    await expect(
      studio.createProduction({ prompt: 'A kitchen', uploadId: 'u_0000000000000000' }),
    ).rejects.toMatchObject({ code: 'UNKNOWN_ID' });
    await studio.deleteProduction(view.id);
  });

  it('tests a world of an uploaded GLB as often as asked', async () => {
    const { studio } = installation;
    const upload = await studio.createUpload({ name: 'house.glb', kind: 'world', file: glb, video: null });
    const world = await studio.createWorld(upload.id);
    expect(world).toMatchObject({
      name: 'house.glb',
      source: 'upload',
      files: { 'world.glb': {} },
      runs: [],
    });
    const run = await studio.createRun({ worldId: world.id, agents: 3, pace: 'live' });
    expect(run).toMatchObject({
      state: 'queued',
      agents: 3,
      seconds: 120,
      seed: 1,
      pace: 'live',
      productionId: null,
    });
    const claim = await claimNext(installation);
    expect(claim).toMatchObject({
      work: { kind: 'world-test', world: 'world/world.glb', agents: 3, simulatedSeconds: 120, pace: 'live' },
      inputs: { 'world/world.glb': glb },
    });
    expect(await studio.cancelJob(claim.job.id)).toMatchObject({ state: 'cancelled' });
    await studio.retryJob(claim.job.id);
    const again = await claimNext(installation);
    const { result } = outcomeOf('test', 1);
    await finishJob(installation.database, installation.queue, again.job, {
      output: result,
      result,
      files: { 'run/trace.bin': glb, 'run/junit.xml': glb },
      details: null,
    });
    expect(await studio.getRun(run.id)).toMatchObject({
      state: 'completed',
      result,
      files: { 'trace.bin': {}, 'junit.xml': {} },
    });
    expect((await studio.listRuns({ limit: 5, worldId: world.id })).items.map(({ id }) => id)).toEqual([
      run.id,
    ]);
    const folder = await studio.importWorld({
      name: 'kitchen',
      files: { 'world.json': glb, 'visual.glb': glb },
    });
    await studio.createRun({ worldId: folder.id });
    expect((await claimNext(installation)).work).toMatchObject({ world: 'world' });
  });

  it('lists newest first, page by page', async () => {
    const { studio } = installation;
    const ids: string[] = [];
    for (let index = 0; index < 3; index++) ids.unshift((await studio.createProduction(QUICK)).id);
    const first = await studio.listProductions({ limit: 2 });
    expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const rest = await studio.listProductions({ limit: 2, after: first.next ?? '' });
    expect(rest).toMatchObject({ items: [{ id: ids[2] }], next: null });
    const jobs = await studio.listJobs({ limit: 100, state: 'queued' });
    expect(jobs.items.map(({ queuePosition }) => queuePosition)).toEqual([2, 1, 0]);
    expect((await studio.countJobs()).queued).toBe(3);
    for (const id of ids) await studio.deleteProduction(id);
  });

  it('exports what `direct` writes, with all files', async () => {
    const { studio } = installation;
    const id = await finished();
    const { production, files } = await studio.exportProduction(id);
    expect(productionSchema.parse(production)).toMatchObject({
      stopped: 'iterations-done',
      best: { iteration: 1 },
      iterations: [{ revised: { prompt: 'better 1' } }],
    });
    expect(Object.keys(files)).toContain('iteration-01/world/visual.glb');
    await studio.deleteProduction(id);
  });

  it('knows no id that nothing has', async () => {
    const { studio } = installation;
    const asked = [
      () => studio.getProduction(UNKNOWN),
      () => studio.pauseProduction(UNKNOWN),
      () => studio.deleteProduction(UNKNOWN),
      () => studio.exportProduction(UNKNOWN),
      () => studio.cancelJob('j_0000000000000000'),
      () => studio.createRun({ worldId: 'w_0000000000000000' }),
      () => studio.getUpload('u_0000000000000000'),
    ];
    for (const ask of asked) await expect(ask()).rejects.toMatchObject({ code: 'UNKNOWN_ID' });
  });

  it('tells those who watch what has changed', async () => {
    const { studio, bus } = installation;
    const heard: { id: string; version: number }[] = [];
    let lists = 0;
    const stops: string[] = [];
    const ends = [
      bus.subscribe('production', event => heard.push(event)),
      bus.subscribe('productions', () => lists++),
      bus.subscribe('stop', ({ why }) => stops.push(why)),
    ];
    const { id, version } = await studio.createProduction(QUICK);
    await claimNext(installation);
    const paused = await studio.pauseProduction(id);
    await studio.deleteProduction(id);
    expect(heard).toEqual([
      { id, version },
      { id, version: paused.version },
    ]);
    expect(lists).toBe(3);
    expect(stops).toEqual(['pause']);
    for (const end of ends) end();
  });
});
