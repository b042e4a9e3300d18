/**
 * A stick's throw as a wish: nothing within the dead zone, the full wish at its end, and finer near the middle,
 * so that slow steps are easy.
 * @param x, y throw along the axes, 1 is the stick's end; more counts as 1.
 * @param deadZone share of the throw that does nothing, 0 to below 1.
 */
export function stickWish(x: number, y: number, deadZone: number): { x: number; y: number } {
  const length = Math.hypot(x, y);
  if (!(length > deadZone)) return { x: 0, y: 0 };
  const share = Math.min(1, (length - deadZone) / (1 - deadZone));
  const scale = share ** 1.5 / length;
  return { x: x * scale, y: y * scale };
}
