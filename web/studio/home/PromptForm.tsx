import { useState } from 'preact/hooks';
import { api } from '../../api/api.ts';
import { FailureNotice } from '../../ui/FailureNotice.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { navigate } from '../../ui/router.ts';
import { useAction } from '../../ui/useAction.ts';
import { OptionFields } from './OptionFields.tsx';
import { DEFAULT_OPTIONS, type FormOptions, wishOf } from './options.ts';

const EXAMPLES = [
  'A robot walks down a hallway',
  'A library at dusk, the camera walks slowly forward',
  'A sunny courtyard with stone arches, steady camera at eye level',
];

/** A production's beginning: what to film, and how where one cares. */
export function PromptForm() {
  const [prompt, setPrompt] = useState('');
  const [options, setOptions] = useState<FormOptions>(DEFAULT_OPTIONS);
  const action = useAction();

  function begin(event: Event): void {
    event.preventDefault();
    if (prompt.trim() === '') return;
    action.run(async () => {
      const { id } = await api.createProduction(wishOf(prompt, options));
      navigate(`/productions/${id}`);
    });
  }

  return (
    <form class="prompt-form" onSubmit={begin}>
      <label class="visually-hidden" for="prompt">
        What to film
      </label>
      <textarea
        id="prompt"
        class="prompt-field"
        rows={3}
        maxLength={2000}
        required
        placeholder="A robot walks down a hallway"
        value={prompt}
        onInput={event => setPrompt(event.currentTarget.value)}
        onKeyDown={event => {
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) begin(event);
        }}
      />
      <div class="prompt-actions">
        <button type="submit" class="button primary" disabled={action.busy || prompt.trim() === ''}>
          {action.busy ? 'Starting…' : 'Start filming'}
          <Icon name="arrow" />
        </button>
        <div class="examples">
          <span class="soft small">Try</span>
          {EXAMPLES.map(example => (
            <button key={example} type="button" class="example" onClick={() => setPrompt(example)}>
              {example}
            </button>
          ))}
        </div>
      </div>
      {action.failure ? (
        <FailureNotice title="The production was not started" failure={action.failure} />
      ) : null}
      <details class="disclosure options">
        <summary>Options</summary>
        <OptionFields options={options} onChange={setOptions} />
      </details>
    </form>
  );
}
