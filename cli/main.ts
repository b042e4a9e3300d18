import { COMMANDS } from './commandTable.ts';
import { runCommandLine } from './runCommandLine.ts';

const cancel = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    // A second Ctrl-C means now.
    if (cancel.signal.aborted) process.exit(3);
    cancel.abort();
  });

const status = await runCommandLine(process.argv.slice(2), COMMANDS, process, cancel.signal);
// Worker threads and sockets that a cancelled step left behind must not keep the process alive.
process.stdout.write('', () => process.exit(status));
