import { describe, expect, it } from 'vitest';
import { createResource } from '../../../web/api/resource.ts';

describe('createResource', () => {
  it('fetches once more after calls that came while it fetched, however many they were', async () => {
    let fetched = 0;
    let release: (() => void) | undefined;
    const resource = createResource(async () => {
      fetched++;
      await new Promise<void>(resolve => {
        release = resolve;
      });
      return fetched;
    });
    const first = resource.refresh();
    void resource.refresh();
    void resource.refresh();
    release?.();
    await new Promise(resolve => setImmediate(resolve));
    expect(fetched).toBe(2);
    release?.();
    await first;
    expect(resource.value.value).toBe(2);
    expect(fetched).toBe(2);
  });
});
