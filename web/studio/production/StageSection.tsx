import type { ComponentChildren } from 'preact';
import type { StageView } from './model/stages.ts';

export function StageSection({ view, children }: { view: StageView; children: ComponentChildren }) {
  const titleId = `stage-${view.stage}-title`;
  return (
    <section class={`stage stage-${view.state}`} id={`stage-${view.stage}`} aria-labelledby={titleId}>
      <header class="stage-head">
        <h2 id={titleId}>{view.title}</h2>
        <p class="soft">{view.summary}</p>
      </header>
      {children}
    </section>
  );
}
