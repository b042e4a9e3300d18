import type { ConnectionState } from '../api/live.ts';
import { Icon } from '../ui/Icon.tsx';
import { chooseTheme, type Theme, theme } from '../ui/theme.ts';
import { chooseFile } from './upload/uploads.ts';

const NEXT_THEME: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };
const THEME_ICON = { system: 'system', light: 'sun', dark: 'moon' } as const;
const THEME_WORDS: Record<Theme, string> = { system: 'as the system', light: 'light', dark: 'dark' };

export function TopBar({ connection }: { connection: ConnectionState }) {
  return (
    <header class="top-bar">
      <a class="brand" href="/">
        <svg viewBox="0 0 16 16" width="1.4em" height="1.4em" aria-hidden="true">
          <path
            d="M2 13V5l6-3 6 3v8L8 9.5z"
            fill="none"
            stroke="currentColor"
            stroke-width="1.5"
            stroke-linejoin="round"
          />
        </svg>
        <span>Sora Director</span>
      </a>
      {connection === 'lost' ? (
        <p class="connection" role="alert">
          Connection lost – reconnecting
        </p>
      ) : null}
      <div class="top-actions">
        <button type="button" class="button quiet compact" aria-label="Own video or GLB" onClick={chooseFile}>
          <Icon name="upload" />
          <span class="wide-only">Own video or GLB</span>
        </button>
        <button
          type="button"
          class="button quiet compact"
          title={`Colours: ${THEME_WORDS[theme.value]}`}
          onClick={() => chooseTheme(NEXT_THEME[theme.value])}
        >
          <Icon name={THEME_ICON[theme.value]} />
          <span class="visually-hidden">Colours: {THEME_WORDS[theme.value]}. Change</span>
        </button>
      </div>
    </header>
  );
}
