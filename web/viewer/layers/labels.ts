/** Names beside agents, drawn on a 2D canvas over the picture: text in the 3D scene would be blurred or costly. */
export interface LabelCanvas {
  draw(labels: readonly { text: string; x: number; y: number }[]): void;
  dispose(): void;
}

export function createLabelCanvas(over: HTMLCanvasElement): LabelCanvas {
  let canvas: HTMLCanvasElement | undefined;
  let empty = true;
  return {
    draw(labels) {
      if (labels.length === 0 && empty) return;
      empty = labels.length === 0;
      if (!canvas) {
        canvas = document.createElement('canvas');
        canvas.setAttribute('aria-hidden', 'true');
        Object.assign(canvas.style, { position: 'absolute', inset: '0', pointerEvents: 'none' });
        over.after(canvas);
      }
      const ratio = Math.min(2, window.devicePixelRatio);
      const { clientWidth, clientHeight } = over;
      canvas.width = Math.round(clientWidth * ratio);
      canvas.height = Math.round(clientHeight * ratio);
      Object.assign(canvas.style, { width: `${clientWidth}px`, height: `${clientHeight}px` });
      const context = canvas.getContext('2d');
      if (!context) return;
      context.scale(ratio, ratio);
      context.font = '600 12px system-ui, sans-serif';
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      for (const { text, x, y } of labels) {
        const width = context.measureText(text).width + 10;
        context.fillStyle = 'rgb(10 12 16 / 72%)';
        context.beginPath();
        context.roundRect(x - width / 2, y - 9, width, 18, 9);
        context.fill();
        context.fillStyle = '#fff';
        context.fillText(text, x, y + 0.5);
      }
    },
    dispose() {
      canvas?.remove();
    },
  };
}
