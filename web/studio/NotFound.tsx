import { useEffect } from 'preact/hooks';

/** What an address without anything behind it shows. */
export function NotFound({ what }: { what: 'page' | 'production' | 'world' | 'run' }) {
  useEffect(() => {
    document.title = 'Not found · Sora Director';
  }, []);
  return (
    <section class="not-found">
      <svg viewBox="0 0 240 120" width="240" height="120" aria-hidden="true">
        <path d="M4 62h86M150 62h86" stroke="currentColor" stroke-width="2" />
        <path d="M90 62v44M150 62v44" stroke="var(--line-strong)" stroke-dasharray="2 5" />
        <path d="M120 10v56" stroke="var(--accent)" stroke-dasharray="4 5" />
        <rect
          x="113"
          y="74"
          width="14"
          height="30"
          rx="7"
          fill="none"
          stroke="var(--accent)"
          stroke-width="2"
        />
      </svg>
      <h1>There is no {what} at this address</h1>
      <p class="soft">
        {what === 'page'
          ? 'The address may be mistyped.'
          : `The ${what} may have been deleted, or the address is not whole.`}
      </p>
      <a class="button primary" href="/">
        To all productions
      </a>
    </section>
  );
}
