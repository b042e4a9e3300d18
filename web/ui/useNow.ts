import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

const now = signal(Date.now());
let readers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** The time now, milliseconds, renewed every half minute: near enough for "5 min ago". */
export function useNow(): number {
  useEffect(() => {
    if (readers++ === 0) timer = setInterval(() => (now.value = Date.now()), 30_000);
    return () => {
      if (--readers === 0) clearInterval(timer);
    };
  }, []);
  return now.value;
}
