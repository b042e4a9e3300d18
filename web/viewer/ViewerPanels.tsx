import { SEVERITY_SIGNS } from '../ui/SeverityCounts.tsx';
import type { LayerName, LayerState } from './viewerTypes.ts';

const LAYER_WORDS: Record<LayerName, { name: string; missing: string; swatch?: string }> = {
  visual: { name: 'What is seen', missing: '' },
  collider: { name: 'What is touched (collider)', missing: '' },
  navmesh: { name: 'Where a body can walk', missing: 'comes with a run', swatch: '#299eff' },
  coverage: {
    name: 'Where agents were (coverage)',
    missing: 'comes with a run',
    swatch: 'linear-gradient(90deg, #46237a, #1f9c8a, #f4e04a)',
  },
  cameras: { name: 'Cameras of the take', missing: 'not made from a take', swatch: '#ffd959' },
  inferred: { name: 'Completed, not seen', missing: 'nothing was completed', swatch: '#e04fc0' },
  pins: { name: 'Violations', missing: '' },
  agents: { name: 'Agents', missing: '' },
};

/** What is shown of the world, a switch each. */
export function LayerPanel(props: {
  layers: readonly LayerState[];
  onSet(name: LayerName, visible: boolean): void;
}) {
  return (
    <section class="viewer-panel" aria-label="What is shown">
      {props.layers.map(({ name, available, visible }) => {
        const words = LAYER_WORDS[name];
        return (
          <label key={name} class={`check${available ? '' : ' unavailable'}`}>
            <input
              type="checkbox"
              checked={visible}
              disabled={!available}
              onChange={event => props.onSet(name, event.currentTarget.checked)}
            />
            <span>
              {words.name}
              {available ? null : <span class="soft"> – {words.missing}</span>}
            </span>
            {words.swatch ? <span class="viewer-swatch" style={{ background: words.swatch }} /> : null}
          </label>
        );
      })}
    </section>
  );
}

const KEYS: readonly (readonly [readonly string[], string])[] = [
  [['W', 'A', 'S', 'D'], 'walk or fly; arrow keys as well'],
  [['Mouse'], 'drag to look; a click holds it, Esc lets go'],
  [['Q', 'E', 'R', 'V'], 'look left, right, up, down without a mouse'],
  [['Shift'], 'run, or fly fast'],
  [['Space'], 'jump, or rise; C sinks'],
  [['F'], 'between walking and flying through everything'],
  [['O'], 'orbit: drag turns, wheel or pinch comes closer'],
  [['Home'], 'back to the start'],
  [['N', 'B'], 'next and previous violation'],
  [['H'], 'this help'],
];

/** The keys, and what the pins mean. */
export function HelpPanel() {
  return (
    <section class="viewer-panel viewer-help" aria-label="Help">
      <h3>Keys</h3>
      <dl>
        {KEYS.map(([keys, does]) => (
          <>
            <dt>
              {keys.map(key => (
                <>
                  <kbd>{key}</kbd>{' '}
                </>
              ))}
            </dt>
            <dd>{does}</dd>
          </>
        ))}
      </dl>
      <h3>Elsewhere</h3>
      <p class="small">
        On a phone the left stick walks and the right one looks. On a gamepad: left stick walks, right stick
        looks, A jumps, right trigger runs, Y flies.
      </p>
      <h3>Pins</h3>
      <p class="small">
        <span class="sign error">{SEVERITY_SIGNS.error}</span> red errors,{' '}
        <span class="sign warning">{SEVERITY_SIGNS.warning}</span> amber warnings,{' '}
        <span class="sign info">{SEVERITY_SIGNS.info}</span> blue notes. Round pins were met by agents on
        their way, square ones lie in the geometry, diamonds in the video. Faint ones are behind something.
      </p>
    </section>
  );
}
