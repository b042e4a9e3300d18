/** Line icons of the watch page on a 16-unit grid, in the text's colour; words or labels beside them say what they mean. */
const PATHS = {
  play: 'M5 3.2v9.6L12.6 8z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  stepBack: 'M11.5 3.5v9L5.5 8zM3.5 3.5v9',
  stepOn: 'M4.5 3.5v9L10.5 8zM12.5 3.5v9',
  again: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3',
  link: 'M6.5 9.5l3-3M7 4.5l1.2-1.2a3.2 3.2 0 0 1 4.5 4.5L11.5 9M9 11.5l-1.2 1.2a3.2 3.2 0 0 1-4.5-4.5L4.5 7',
  eye: 'M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6z',
  behind: 'M8 2.2a1.9 1.9 0 1 1 0 3.8 1.9 1.9 0 0 1 0-3.8zM4.8 13.8V10a3.2 3.2 0 0 1 6.4 0v3.8z',
  free: 'M8 2v12M2 8h12M6 4l2-2 2 2M6 12l2 2 2-2M4 6 2 8l2 2M12 6l2 2-2 2',
} as const;

export function WatchIcon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
