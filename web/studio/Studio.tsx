export function Studio() {
  return <main>Sora Director</main>;
}
