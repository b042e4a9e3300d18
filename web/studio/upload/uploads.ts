import { signal } from '@preact/signals';

/** The file that a person brings; the dialog about it is open while there is one. */
export const broughtFile = signal<File | undefined>(undefined);

export type FileKind = 'video' | 'world';

const EXTENSIONS: Record<FileKind, readonly string[]> = {
  video: ['mp4', 'mov', 'm4v', 'webm', 'mkv', 'gif'],
  world: ['glb'],
};

/** By its name: what it is has been probed only once it is on the server. */
export function kindOfFile(name: string): FileKind | undefined {
  const extension = name.toLowerCase().split('.').at(-1) ?? '';
  return (Object.keys(EXTENSIONS) as FileKind[]).find(kind => EXTENSIONS[kind].includes(extension));
}

/** What a video shows, as far as its name says: 'walk_through-the-library_01.mp4' → "walk through the library". */
export function promptFromName(name: string): string {
  return name
    .replace(/\.[^.]+$/, '')
    .replaceAll(/[_\-.+]+/g, ' ')
    .replaceAll(/\b(?:\d+|[0-9a-f]{12,}|img|vid|dsc|mov|clip|video|final|copy|take)\b/gi, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Opens the browser's file chooser; for whoever cannot drag. */
export function chooseFile(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = Object.values(EXTENSIONS)
    .flat()
    .map(extension => `.${extension}`)
    .join(',');
  input.onchange = () => {
    broughtFile.value = input.files?.[0];
  };
  input.click();
}
