import { expect, test } from 'vitest';
import { ProgressPrinter } from '../../cli/progressPrinter.ts';

function recorder(isTTY: boolean) {
  let now = 0;
  const written: string[] = [];
  const printer = new ProgressPrinter({ isTTY, columns: 80, write: text => written.push(text) }, () => now);
  return { printer, written, wait: (milliseconds: number) => (now += milliseconds) };
}

test('a terminal line shows bar, share, ETA and stage, and is cut to the width', () => {
  const { printer, written, wait } = recorder(true);
  wait(30_000);
  printer.update({ stage: 'dense', fraction: 0.25, message: `frame 3 of 12 ${'x'.repeat(200)}` });
  expect(written[0]).toMatch(/█{6}░{18} {2}25 % {2}ETA 1 min 30 s dense: frame 3 of 12/);
  expect(written[0]!.length).toBeLessThanOrEqual(79 + '\r\u001b[2K'.length);
});

test('a terminal line is not redrawn more than ten times a second', () => {
  const { printer, written, wait } = recorder(true);
  for (let i = 0; i < 100; i++) {
    printer.update({ stage: 'track', fraction: i / 100, message: '' });
    wait(10);
  }
  expect(written.length).toBeLessThanOrEqual(11);
});

test('without a terminal each stage gets plain lines without control characters', () => {
  const { printer, written, wait } = recorder(false);
  printer.update({ stage: 'track', fraction: 0, message: 'a' });
  printer.update({ stage: 'track', fraction: 0.1, message: 'b' });
  wait(10_001);
  printer.update({ stage: 'track', fraction: 0.5, message: 'c' });
  printer.update({ stage: 'mesh', fraction: 0.6, message: 'd' });
  expect(written).toEqual(['[0 %] track: a\n', '[50 % ETA 11 s] track: c\n', '[60 % ETA 7 s] mesh: d\n']);
});
