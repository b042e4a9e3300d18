import { COMMANDS } from './commandTable.ts';
import { runCommandLine } from './runCommandLine.ts';

/** One Ctrl-C reaches us from the terminal and again from npm, which passes it on. */
const SAME_PRESS_MILLISECONDS = 500;

const cancel = new AbortController();
let pressedAt = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    // A second Ctrl-C means now.
    if (cancel.signal.aborted && performance.now() - pressedAt > SAME_PRESS_MILLISECONDS) process.exit(3);
    if (!cancel.signal.aborted) pressedAt = performance.now();
    cancel.abort();
  });

// Where nobody reads any more (the terminal was closed, a pipe's reader ended) the work goes on untold. Unheard, this
// would be an error that a server tells there, which is an error again.
process.stderr.on('error', () => undefined);

const status = await runCommandLine(process.argv.slice(2), COMMANDS, process, cancel.signal);
// Worker threads and sockets that a cancelled step left behind must not keep the process alive.
process.stdout.write('', () => process.exit(status));
