import type { ProgressEvent } from '../engine/progress.ts';

/** The slice of process.stderr that the printer writes to. */
export interface ProgressStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

const BAR_CELLS = 24;
/** A terminal line is redrawn at most this often; more would only flicker. */
const REDRAW_MILLISECONDS = 100;
/** Plain lines (CI): a new stage always, and the same stage again after this long. */
const LINE_MILLISECONDS = 10_000;

/**
 * Shows progress: one redrawn line with stage, bar and ETA on a terminal, plain lines elsewhere.
 * The ETA is elapsed time · (1 − fraction) / fraction, shown once 3 % and 2 s have passed.
 */
export class ProgressPrinter {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  readonly #start: number;
  #shown = Number.NEGATIVE_INFINITY;
  #stage = '';
  #drawn = false;

  constructor(stream: ProgressStream, now: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#now = now;
    this.#start = now();
  }

  update(event: ProgressEvent): void {
    const now = this.#now();
    const due = now - this.#shown >= (this.#stream.isTTY ? REDRAW_MILLISECONDS : LINE_MILLISECONDS);
    if (!due && event.stage === this.#stage) return;
    this.#shown = now;
    this.#stage = event.stage;
    const percent = `${Math.floor(event.fraction * 100)} %`;
    const text = `${event.stage}: ${event.message}`;
    if (this.#stream.isTTY) {
      const cells = Math.round(event.fraction * BAR_CELLS);
      const bar = '█'.repeat(cells) + '░'.repeat(BAR_CELLS - cells);
      const line = `${bar} ${percent.padStart(5)} ${this.#eta(event.fraction, now)} ${text}`;
      this.#stream.write(`\r\u001b[2K${line.slice(0, (this.#stream.columns ?? 100) - 1)}`);
      this.#drawn = true;
    } else {
      this.#stream.write(`[${percent}${this.#eta(event.fraction, now)}] ${text}\n`);
    }
  }

  /** A line for people that does not tear the progress line. */
  note(line: string): void {
    this.clear();
    this.#stream.write(`${line}\n`);
  }

  /** Takes the progress line off the terminal. */
  clear(): void {
    if (this.#drawn) this.#stream.write('\r\u001b[2K');
    this.#drawn = false;
  }

  #eta(fraction: number, now: number): string {
    const elapsedSeconds = (now - this.#start) / 1000;
    if (fraction < 0.03 || elapsedSeconds < 2 || fraction >= 1) return '';
    const seconds = Math.ceil((elapsedSeconds * (1 - fraction)) / fraction);
    return seconds < 60 ? ` ETA ${seconds} s` : ` ETA ${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  }
}
