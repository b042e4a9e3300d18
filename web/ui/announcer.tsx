import { signal } from '@preact/signals';

const message = signal('');

/** Has a screen reader say it when it is done with what it says now. */
export function announce(text: string): void {
  message.value = text;
}

/** Where it is said; once on the page. */
export function Announcer() {
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {message}
    </div>
  );
}
