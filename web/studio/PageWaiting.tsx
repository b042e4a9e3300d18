/** Stands for a page while its code or its data is on the way. */
export function PageWaiting({ what }: { what: string }) {
  return (
    <div class="page-waiting" role="status">
      <span class="visually-hidden">{what}</span>
      <div class="skeleton" style={{ height: '2.5rem', width: 'min(30rem, 80%)' }} />
      <div class="skeleton" style={{ height: '1rem', width: 'min(18rem, 50%)' }} />
      <div class="skeleton" style={{ height: 'min(28rem, 55vh)' }} />
    </div>
  );
}
