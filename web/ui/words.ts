/** Numbers and times as people say them. */

/** "just now", "5 min ago", "3 h ago", "yesterday", "12 days ago", then the date. */
export function timeAgo(iso: string, now: number): string {
  const seconds = (now - Date.parse(iso)) / 1000;
  if (!Number.isFinite(seconds)) return '';
  if (seconds < 45) return 'just now';
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  if (hours < 24) return `${hours} h ago`;
  const days = Math.round(hours / 24);
  if (days === 1) return 'yesterday';
  if (days < 30) return `${days} days ago`;
  return new Date(iso).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}

/** How long something will take, no finer than it is known: "a few seconds", "about 40 s", "about 3 min". */
export function roughly(seconds: number): string {
  if (seconds < 5) return 'a few seconds';
  if (seconds < 90) return `about ${Math.round(seconds / 5) * 5} s`;
  if (seconds < 90 * 60) return `about ${Math.round(seconds / 60)} min`;
  return `about ${Math.round(seconds / 360) / 10} h`;
}

/** How long something took or is: "0.8 s", "12.4 s", "3 min 20 s". */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds * 10) / 10} s`;
  const rest = Math.round(seconds) % 60;
  const minutes = Math.floor(Math.round(seconds) / 60);
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}

/** "812 B", "1.4 kB", "23 MB": powers of 1000. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 10 || unit === 0 ? Math.round(value) : Math.round(value * 10) / 10} ${units[unit]}`;
}

/** "1 error", "2 errors"; the plural is the word with an s unless it is given. */
export function counted(count: number, word: string, plural = `${word}s`): string {
  return `${count} ${count === 1 ? word : plural}`;
}

/** A measured number: three significant figures, no exponent, no trailing zeros. */
export function measured(value: number): string {
  if (value === 0 || Math.abs(value) >= 1e6) return String(Math.round(value));
  const decimals = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))));
  return String(Number(value.toFixed(decimals)));
}

/** 'take-02' as "Take 2". */
export function takeTitle(take: string): string {
  const number = Number(take.replace(/^take-/, ''));
  return Number.isInteger(number) ? `Take ${number}` : take;
}

/** 'fall-through' and 'motionSmoothness' as "fall through" and "motion smoothness". */
export function spaced(name: string): string {
  return name
    .replaceAll(/[-_]/g, ' ')
    .replaceAll(/(?<=[a-z])[A-Z]/g, letter => ` ${letter.toLowerCase()}`)
    .toLowerCase();
}
