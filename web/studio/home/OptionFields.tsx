import { useId } from 'preact/hooks';
import type { FormOptions } from './options.ts';

export function OptionFields(props: { options: FormOptions; onChange(options: FormOptions): void }) {
  const { options, onChange } = props;
  const set = (change: Partial<FormOptions>) => onChange({ ...options, ...change });
  return (
    <div class="option-fields">
      <NumberField
        label="Takes"
        hint="1 to 8; the best is lifted"
        min={1}
        max={8}
        value={options.takes}
        onInput={takes => set({ takes })}
      />
      <NumberField
        label="Seconds a take"
        hint="1 to 20"
        min={1}
        max={20}
        step={0.5}
        value={options.seconds}
        onInput={seconds => set({ seconds })}
      />
      <NumberField
        label="Seed"
        hint="another seed films it otherwise"
        min={0}
        max={2 ** 32 - 1}
        value={options.seed}
        onInput={seed => set({ seed })}
      />
      <SelectField
        label="Quality of the lift"
        hint="draft is quickest"
        value={options.quality}
        choices={{ draft: 'Draft', standard: 'Standard', high: 'High' }}
        onInput={quality => set({ quality })}
      />
      <SelectField
        label="Filmed by"
        hint="a video model needs its key on the server"
        value={options.provider}
        choices={{ procedural: 'Embedded renderer', openai: 'Video model' }}
        onInput={provider => set({ provider })}
      />
      <NumberField
        label="Autopilot"
        hint={options.letMePick ? 'off, as you pick the takes' : 'iterations without asking, 1 to 20'}
        min={1}
        max={20}
        value={options.autopilot}
        disabled={options.letMePick}
        onInput={autopilot => set({ autopilot })}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={options.letMePick}
          onInput={event => set({ letMePick: event.currentTarget.checked })}
        />
        <span>
          Let me pick the take
          <span class="soft small"> – waits after the scores</span>
        </span>
      </label>
    </div>
  );
}

function NumberField(props: {
  label: string;
  hint: string;
  min: number;
  max: number;
  step?: number;
  value: string;
  disabled?: boolean;
  onInput(value: string): void;
}) {
  const id = useId();
  return (
    <div class="field">
      <label class="label" for={id}>
        {props.label}
      </label>
      <input
        id={id}
        class="input figures"
        type="number"
        min={props.min}
        max={props.max}
        step={props.step ?? 1}
        value={props.value}
        disabled={props.disabled ?? false}
        aria-describedby={`${id}-hint`}
        onInput={event => props.onInput(event.currentTarget.value)}
      />
      <span class="hint" id={`${id}-hint`}>
        {props.hint}
      </span>
    </div>
  );
}

function SelectField<Value extends string>(props: {
  label: string;
  hint: string;
  value: Value;
  choices: Record<Value, string>;
  onInput(value: Value): void;
}) {
  const id = useId();
  return (
    <div class="field">
      <label class="label" for={id}>
        {props.label}
      </label>
      <select
        id={id}
        class="input"
        value={props.value}
        aria-describedby={`${id}-hint`}
        onInput={event => {
          const { value } = event.currentTarget;
          if (value in props.choices) props.onInput(value as Value);
        }}
      >
        {Object.entries<string>(props.choices).map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
      <span class="hint" id={`${id}-hint`}>
        {props.hint}
      </span>
    </div>
  );
}
