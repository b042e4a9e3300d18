import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** How far below what is seen an element counts as near, pixels: about half a screen. */
const MARGIN_PIXELS = 400;

/** True once the element has come near to what is seen; it stays true. */
export function useNear(element: RefObject<Element | null>): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (near || !element.current) return undefined;
    const observer = new IntersectionObserver(
      entries => {
        if (entries.some(entry => entry.isIntersecting)) setNear(true);
      },
      { rootMargin: `${MARGIN_PIXELS}px` },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [near, element]);
  return near;
}
