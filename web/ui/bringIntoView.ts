/** Scrolls there, at once for whoever asked for little motion. */
export function bringIntoView(element: Element | null, block: 'start' | 'center'): void {
  const calm = !matchMedia('(prefers-reduced-motion: reduce)').matches;
  element?.scrollIntoView({ behavior: calm ? 'smooth' : 'instant', block });
}
