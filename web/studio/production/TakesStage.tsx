import { useRef } from 'preact/hooks';
import type { JobView } from '../../../server/api/types.ts';
import { Icon } from '../../ui/Icon.tsx';
import { takeTitle } from '../../ui/words.ts';
import type { StageProps, TakeMoment } from './IterationStages.tsx';
import { byRank } from './model/explainRank.ts';
import { PlayTogether } from './PlayTogether.tsx';
import { TakeCard } from './TakeCard.tsx';
import { TakeVideo } from './TakeVideo.tsx';

/** The takes side by side, best first: what they look like, how they score, why they rank as they do. */
export function TakesStage(props: StageProps & { moment: TakeMoment | undefined }) {
  const { production, iteration, job, isLast, onChange, moment } = props;
  const grid = useRef<HTMLUListElement>(null);
  const takes = byRank(iteration.takes ?? []);
  const filming = job?.kind === 'generate';
  const filmed = filming ? filmedTakes(job) : [];
  const expected = Math.max(0, production.options.takes - takes.length - filmed.length);
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
        {filmed.map(({ take, url }) => (
          <FilmedTake key={take} take={take} url={url} />
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

/** A take that can be watched while the others are filmed. */
function FilmedTake({ take, url }: { take: string; url: string }) {
  const video = useRef<HTMLVideoElement>(null);
  return (
    <li class="take-card take-filmed">
      <TakeVideo url={url} label={takeTitle(take)} video={video} />
      <div class="take-head">
        <h3>{takeTitle(take)}</h3>
      </div>
      <p class="soft small">scored when all are filmed</p>
    </li>
  );
}

/** Those that are whole, in their order. */
function filmedTakes({ made }: JobView): { take: string; url: string }[] {
  return Object.entries(made)
    .map(([path, { url }]) => ({ take: path.replace(/^.*\//, '').replace(/\.[^.]+$/, ''), url }))
    .sort((a, b) => (a.take < b.take ? -1 : 1));
}
