import type { ChildProcess } from 'node:child_process';

/** Collects what a process prints, and waits for words in it. */
export function readWatch(child: ChildProcess) {
  let text = '';
  let stdout = '';
  const waiting = new Set<() => void>();
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    stdout += part;
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      for (const look of waiting) look();
    });
  return {
    output: () => text,
    stdout: () => stdout,
    /** @throws with all that it has printed, where it ends without the words. */
    says(words: RegExp): Promise<string[]> {
      return new Promise((resolve, reject) => {
        const look = () => {
          const match = words.exec(text);
          if (!match) return;
          waiting.delete(look);
          resolve([...match]);
        };
        waiting.add(look);
        child.once('exit', () => reject(new Error(`ended without ${words}:\n${text}`)));
        look();
      });
    },
  };
}
