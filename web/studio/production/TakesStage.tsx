import { useRef } from 'preact/hooks';
import { Icon } from '../../ui/Icon.tsx';
import type { StageProps, TakeMoment } from './IterationStages.tsx';
import { byRank } from './model/explainRank.ts';
import { PlayTogether } from './PlayTogether.tsx';
import { TakeCard } from './TakeCard.tsx';

/** The takes side by side, best first: what they look like, how they score, why they rank as they do. */
export function TakesStage(props: StageProps & { moment: TakeMoment | undefined }) {
  const { production, iteration, job, isLast, onChange, moment } = props;
  const grid = useRef<HTMLUListElement>(null);
  const takes = byRank(iteration.takes ?? []);
  const expected = Math.max(0, production.options.takes - takes.length);
  const filming = job?.kind === 'generate';
  return (
    <div class="takes">
      <p class="iteration-prompt script">
        <span class="eyebrow">
          {production.source === 'video' && iteration.iteration === 1 ? 'Your video shows' : 'Filmed from'}
        </span>
        {iteration.prompt}
      </p>
      {takes.length > 1 ? <PlayTogether grid={grid} /> : null}
      <ul class="take-grid" ref={grid}>
        {takes.map(take => (
          <TakeCard
            key={take.take}
            take={take}
            takes={takes}
            iteration={iteration}
            production={production}
            isLast={isLast}
            moment={moment?.take === take.take ? moment : undefined}
            onChange={onChange}
          />
        ))}
        {filming
          ? Array.from({ length: expected }, (_, index) => (
              <li key={`expected-${index}`} class="take-card take-expected">
                <div class="skeleton take-placeholder" />
                <p class="soft small">being filmed</p>
              </li>
            ))
          : null}
      </ul>
      {(iteration.failedTakes ?? []).map(failed => (
        <p key={failed.take} class="notice warning">
          <span>
            <strong>{failed.take} was not made.</strong> {failed.message}
          </span>
          <span class="code">{failed.code}</span>
        </p>
      ))}
      {takes.length === 0 && !job ? (
        <p class="stage-empty soft">
          <Icon name="play" /> The takes appear here as soon as they are filmed.
        </p>
      ) : null}
    </div>
  );
}
