import { useEffect } from 'preact/hooks';

/** What an address without anything behind it shows. */
export function NotFound({ what }: { what: 'page' | 'production' | 'world' | 'run' }) {
  useEffect(() => {
    document.title = 'Not found · Sora Director';
  }, []);
  return (
    <section class="not-found">
      <svg viewBox="0 0 240 120" width="240" height="120" aria-hidden="true">
        <path d="M10 96h70l12-30 26 30h112" fill="none" stroke="currentColor" stroke-width="2" />
        <path d="M92 66V30m0 0 18 7-18 7" fill="none" stroke="var(--accent)" stroke-width="2" />
        <path d="M118 96v18M134 96v10M150 96v18" stroke="var(--line-strong)" stroke-dasharray="3 5" />
        <circle cx="190" cy="34" r="9" fill="none" stroke="currentColor" stroke-width="2" />
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
