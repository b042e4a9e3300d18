import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, type Random } from '../../engine/random.ts';
import { page, productionSummary, productionView } from '../../server/api/schemas.ts';
import { type Audit, audit } from './audit.ts';
import { processesOf, type ServerProcess, startServerProcess } from './serverProcess.ts';
import { WISHES, type Wish } from './wishes.ts';

export interface KillRunOptions {
  /** Absent: the embedded database, one process. Given: a web process and two workers on this empty database. */
  databaseUrl?: string | undefined;
  kills: number;
  seed: number;
  /** Productions at the start; as many more as it takes to have work until the last kill. */
  wishes?: readonly Wish[];
  note(line: string): void;
}

export interface KillRunResult extends Audit {
  kills: number;
  /** Of them, before the process listened or worked. */
  killsWhileStarting: number;
  /** Processes that were left when all had been stopped. */
  orphans: number;
  seconds: number;
}

/**
 * One kill in four comes while the process starts, the others after a short or a long life: long enough that steps
 * are ended in between, so that not all kills meet the same one.
 */
const LONGEST_LIVES_MILLISECONDS = [3000, 20_000];
const LONGEST_START_MILLISECONDS = 2000;
const POLL_MILLISECONDS = 500;
/** What the last productions may take once nobody is killed any more. */
const PATIENCE_MILLISECONDS = 15 * 60_000;
/** A killed server's steps watch for its death twice a second. */
const ORPHAN_PATIENCE_MILLISECONDS = 3000;

/**
 * Lets real server processes work on productions, kills one of them with SIGKILL at random moments and starts it
 * again, until all has been killed that was to be; then lets the productions end and looks at what is left.
 */
export async function killRun(options: KillRunOptions): Promise<KillRunResult> {
  const { kills, seed, note } = options;
  const startedAt = performance.now();
  const dataFolder = await mkdtemp(join(tmpdir(), 'sora-kills-'));
  const mark = randomUUID();
  const random = createRandom(`kills/${seed}`);
  const fleet = new Fleet(options, dataFolder, mark);
  const asked = new Set<string>();
  const wishes = options.wishes ?? WISHES;
  let killsWhileStarting = 0;
  try {
    for (const wish of wishes) asked.add(await fleet.create(wish));
    for (let kill = 1; kill <= kills; kill++) {
      const { name, starting } = await fleet.killOne(random);
      if (starting) killsWhileStarting++;
      note(`kill ${kill} of ${kills}: ${name}${starting ? ', while it started' : ''}`);
      // Every third time somebody asks for one more, so that there is work until the last kill.
      const wish = wishes[asked.size % wishes.length];
      if (kill % 3 === 0 && wish && kill < kills) {
        const id = await fleet.create(wish, random.integer(2) === 0 ? 'at once' : 'when ready');
        if (id !== '') asked.add(id);
      }
    }
    await fleet.waitForAll(note);
    await fleet.stop();
    await sleep(ORPHAN_PATIENCE_MILLISECONDS);
    const orphans = processesOf(mark).length;
    const found = await audit({ dataFolder, databaseUrl: options.databaseUrl }, asked, wishes, note);
    return {
      ...found,
      kills,
      killsWhileStarting,
      orphans,
      seconds: (performance.now() - startedAt) / 1000,
    };
  } finally {
    await fleet.end();
    await rm(dataFolder, { recursive: true, force: true });
  }
}

const productionPage = page(productionSummary);

interface Member {
  name: string;
  words: string[];
  process: ServerProcess;
  listening: boolean;
}

/** The processes of one installation. */
class Fleet {
  readonly #members: Member[];
  readonly #environment: Record<string, string>;
  readonly #mark: string;

  constructor({ databaseUrl }: KillRunOptions, dataFolder: string, mark: string) {
    this.#mark = mark;
    this.#environment = databaseUrl
      ? { DATABASE_URL: databaseUrl, SORA_STORAGE: join(dataFolder, 'files') }
      : {};
    // The workers have scratch folders of their own, as on machines of their own.
    this.#members = databaseUrl
      ? ['web', 'worker', 'worker'].map((role, index) =>
          this.#begin(`${role} ${index}`, ['--role', role, '--data', join(dataFolder, `${role}-${index}`)]),
        )
      : [this.#begin('server', ['--data', dataFolder])];
  }

  #begin(name: string, words: string[]): Member {
    const member = { name, words, ...this.#start(words) };
    this.#watch(member);
    return member;
  }

  #start(words: string[]) {
    return { process: startServerProcess(words, this.#environment, this.#mark), listening: false };
  }

  #watch(member: Member): void {
    const { process } = member;
    void process.ready.then(
      () => {
        if (member.process === process) member.listening = true;
      },
      () => undefined,
    );
  }

  async killOne(random: Random): Promise<{ name: string; starting: boolean }> {
    const member = this.#members[random.integer(this.#members.length)];
    if (!member) throw new Error('nothing runs');
    if (random.integer(4) === 0) await sleep(random.integer(LONGEST_START_MILLISECONDS));
    else {
      await member.process.ready;
      const longest = LONGEST_LIVES_MILLISECONDS[random.integer(LONGEST_LIVES_MILLISECONDS.length)] ?? 0;
      await sleep(random.integer(longest));
    }
    const starting = !member.listening;
    member.process.child.kill('SIGKILL');
    await member.process.exited;
    Object.assign(member, this.#start(member.words));
    this.#watch(member);
    return { name: member.name, starting };
  }

  /** @returns its id; '' where the answer never came, as the server had not started yet. */
  async create(wish: Wish, when: 'at once' | 'when ready' = 'when ready'): Promise<string> {
    const [first] = this.#members;
    if (when === 'at once' && !first?.listening) return '';
    const answer = await this.#ask('/api/productions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(wish),
    });
    return productionView.shape.id.parse(Object(answer).id);
  }

  async #ask(path: string, init?: RequestInit): Promise<unknown> {
    for (;;) {
      const url = await this.#members[0]?.process.ready;
      const response = await fetch(`${url}${path}`, init).catch(() => undefined);
      if (response?.ok) return response.json();
      // It listens before its database is open, and says so.
      if (response && response.status !== 503)
        throw new Error(`${path}: ${response.status} ${await response.text()}`);
      await sleep(POLL_MILLISECONDS);
    }
  }

  /** Also for those whose asking was answered by nobody, as the server died just then. */
  async waitForAll(note: (line: string) => void): Promise<void> {
    const until = performance.now() + PATIENCE_MILLISECONDS;
    for (let before = -1; performance.now() < until; ) {
      const { items } = productionPage.parse(await this.#ask('/api/productions?limit=100'));
      const running = items.filter(({ state }) => state === 'running').length;
      if (running !== before) note(`${running} of ${items.length} productions are running`);
      if (running === 0) return;
      before = running;
      await sleep(4 * POLL_MILLISECONDS);
    }
  }

  /** As a person stops it. */
  async stop(): Promise<void> {
    for (const { process } of this.#members) process.child.kill('SIGTERM');
    await Promise.all(this.#members.map(({ process }) => process.exited));
  }

  async end(): Promise<void> {
    for (const { process } of this.#members) {
      process.child.kill('SIGKILL');
      if (process.child.exitCode === null && process.child.signalCode === null) await process.exited;
    }
  }
}
