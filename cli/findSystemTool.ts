import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Path of an executable on PATH, or undefined. */
export function findSystemTool(name: string): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      if (folder) {
        accessSync(path, constants.X_OK);
        return path;
      }
    } catch {
      // Not in this folder; the next one may have it.
    }
  }
  return undefined;
}
