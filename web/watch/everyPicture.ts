/** Calls before each picture that the browser draws, with its time in milliseconds; gives what ends it. */
export function everyPicture(draw: (nowMilliseconds: number) => void): () => void {
  let request = requestAnimationFrame(function next(now) {
    request = requestAnimationFrame(next);
    draw(now);
  });
  return () => cancelAnimationFrame(request);
}
