import { describe, expect, it } from 'vitest';
import { routeOf } from '../../../web/ui/router.ts';

describe('routeOf', () => {
  it('names the page of an address', () => {
    expect(routeOf('/')).toEqual({ page: 'home' });
    expect(routeOf('/productions/p_1')).toEqual({ page: 'production', id: 'p_1' });
    expect(routeOf('/worlds/w_1/')).toEqual({ page: 'world', id: 'w_1' });
    expect(routeOf('/watch/r_1')).toEqual({ page: 'watch', id: 'r_1' });
  });

  it('knows no other', () => {
    expect(routeOf('/productions')).toEqual({ page: 'unknown' });
    expect(routeOf('/productions/p_1/x')).toEqual({ page: 'unknown' });
    expect(routeOf('/worlds/%E0%A4%A')).toEqual({ page: 'world', id: '%E0%A4%A' });
  });
});
