import { useId, useState } from 'preact/hooks';
import type { EditView, ProductionView, RunView } from '../../../server/api/types.ts';
import { api } from '../../api/api.ts';
import { FailureNotice } from '../../ui/FailureNotice.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { SEVERITY_SIGNS } from '../../ui/SeverityCounts.tsx';
import { useAction } from '../../ui/useAction.ts';
import type { StageProps, TakeMoment } from './IterationStages.tsx';
import { JobProgress } from './JobProgress.tsx';
import { promptDiff } from './model/promptDiff.ts';
import { type Reason, reasonOf } from './model/reasons.ts';

const EDIT_WORDS: Record<EditView['kind'], string> = {
  pin: 'Added',
  camera: 'Camera stated',
  still: 'Stillness stated',
  replace: 'Replaced',
  remove: 'Removed',
  order: 'Moved',
};

/** Why the next iteration cannot be started now. */
const NOT_READY: Record<ProductionView['state'], string> = {
  running: 'The production is at work.',
  paused: 'The production is paused: resume it first.',
  failed: 'A step failed: try it again first.',
  cancelled: 'A step was stopped: try it again first.',
  waiting: 'A take is to be picked first.',
  done: '',
};

function goWords(own: boolean, edited: boolean): string {
  if (!own) return 'Accept and go again';
  return edited ? 'Go again with my words' : 'Go again as it is';
}

interface Shows {
  onShowTake(moment: TakeMoment): void;
  onShowViolation(id: string): void;
}

/** The rewritten prompt: what changed and why, to be edited by hand, accepted, and filmed. */
export function RevisionStage(props: StageProps & Shows & { run: RunView | null }) {
  const { production, iteration, job, run, isLast } = props;
  const { revised } = iteration;
  if (!revised) {
    if (job) return <JobProgress job={job} />;
    // Nothing was found: whoever wants more says it in words of their own.
    return isLast && production.state === 'done' ? <RevisedPrompt {...props} proposed={undefined} /> : null;
  }
  return (
    <div class="revision">
      {revised.from !== undefined ? (
        <p class="notice">
          <span>
            <strong>Not accepted.</strong> Less was found in iteration {revised.from}, so this goes on from
            its prompt and says it another way.
          </span>
        </p>
      ) : null}
      {revised.edits.length > 0 ? (
        <ol class="edits" aria-label="Edits and their reasons">
          {revised.edits.map(edit => (
            <Edit
              key={`${edit.kind} ${edit.clause}`}
              edit={edit}
              reasons={edit.because.map(id => reasonOf(id, iteration, run))}
              {...props}
            />
          ))}
        </ol>
      ) : (
        <p class="soft">Nothing was found that a change of the words would mend.</p>
      )}
      {revised.notes?.map(note => (
        <p key={note} class="notice">
          {note}
        </p>
      ))}
      <RevisedPrompt key={revised.prompt} {...props} proposed={revised.prompt} />
    </div>
  );
}

/** @param props.proposed undefined where there is no revision to accept: the prompt is then one's own. */
function RevisedPrompt(props: StageProps & { proposed: string | undefined }) {
  const { production, iteration, isLast, onChange } = props;
  const proposed = props.proposed ?? iteration.prompt;
  const [text, setText] = useState(proposed);
  const action = useAction();
  const fieldId = useId();
  const ready =
    (production.state === 'waiting' && production.waitingFor === 'accept') || production.state === 'done';
  const edited = text.trim() !== proposed;
  const own = edited || props.proposed === undefined;
  const goOn = () =>
    action.run(async () => onChange(await api.nextIteration(production.id, own ? text.trim() : undefined)));
  return (
    <div class="revised">
      <div>
        <p class="eyebrow">What changes</p>
        <p class="prompt-diff script">
          {promptDiff(iteration.prompt, text).map((part, index) => {
            if (part.kind === 'added') return <ins key={index}>{part.text}</ins>;
            if (part.kind === 'removed') return <del key={index}>{part.text}</del>;
            return <span key={index}>{part.text}</span>;
          })}
        </p>
      </div>
      {isLast ? (
        <div class="revised-form">
          <label class="eyebrow" for={fieldId}>
            Next prompt{edited ? ', edited by you' : ''}
          </label>
          <textarea
            id={fieldId}
            class="input script"
            rows={4}
            maxLength={2000}
            value={text}
            onInput={event => setText(event.currentTarget.value)}
          />
          {action.failure ? (
            <FailureNotice title="The next iteration was not started" failure={action.failure} />
          ) : null}
          <div class="row">
            <button
              type="button"
              class="button primary"
              disabled={!ready || action.busy || text.trim() === ''}
              onClick={goOn}
            >
              {action.busy ? 'Starting…' : goWords(own, edited)}
              <Icon name="arrow" />
            </button>
            {edited ? (
              <button type="button" class="button quiet" onClick={() => setText(proposed)}>
                Back to the proposal
              </button>
            ) : null}
            {ready ? null : <span class="small soft">{NOT_READY[production.state]}</span>}
          </div>
        </div>
      ) : (
        <p class="small soft">
          Iteration {iteration.iteration + 1} was filmed from{' '}
          {production.iterations.find(one => one.iteration === iteration.iteration + 1)?.prompt === proposed
            ? 'this.'
            : 'an edited prompt.'}
        </p>
      )}
    </div>
  );
}

function Edit({ edit, reasons, onShowTake, onShowViolation }: Shows & { edit: EditView; reasons: Reason[] }) {
  return (
    <li class="edit">
      <p class="edit-clause">
        <span class="edit-kind">{EDIT_WORDS[edit.kind]}</span>
        {edit.replaces ? <del class="script">{edit.replaces}</del> : null}
        {edit.kind === 'remove' ? (
          <del class="script">{edit.clause}</del>
        ) : (
          <ins class="script">{edit.clause}</ins>
        )}
      </p>
      <ul class="edit-reasons small">
        {reasons.map(reason => (
          <li key={reason.id}>
            {reason.severity ? (
              <span class={`sign ${reason.severity}`}>
                <span aria-hidden="true">{SEVERITY_SIGNS[reason.severity]}</span>
                <span class="visually-hidden">{reason.severity}: </span>
              </span>
            ) : null}
            <span>
              {reason.place ? <strong>{reason.place}: </strong> : null}
              {reason.message}{' '}
              <ShowReason reason={reason} onShowTake={onShowTake} onShowViolation={onShowViolation} />
            </span>
          </li>
        ))}
      </ul>
      <p class="small soft">Expected: {edit.expects}.</p>
    </li>
  );
}

function ShowReason({ reason, onShowTake, onShowViolation }: Shows & { reason: Reason }) {
  const { target } = reason;
  if (target.kind === 'none') return null;
  return (
    <button
      type="button"
      class="text-button"
      aria-label={`Show: ${reason.message}`}
      onClick={() => {
        if (target.kind === 'take') onShowTake({ take: target.take, seconds: target.seconds });
        else onShowViolation(target.id);
      }}
    >
      {target.kind === 'take' ? 'show in the take' : 'show in the world'}
    </button>
  );
}
