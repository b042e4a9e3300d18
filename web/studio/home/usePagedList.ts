import { useEffect, useState } from 'preact/hooks';
import type { Page } from '../../../server/api/types.ts';
import { live } from '../../api/live.ts';
import { openPagedList, type PagedList } from '../../api/pagedList.ts';

/** A list that is kept up to date while it is shown. @param fetchPage has to stay the same function. */
export function usePagedList<Item>(
  fetchPage: (after?: string) => Promise<Page<Item>>,
): PagedList<Item> | undefined {
  const [list, setList] = useState<PagedList<Item> | undefined>(undefined);
  useEffect(() => {
    const opened = openPagedList(live(), fetchPage);
    setList(opened);
    return () => opened.close();
  }, [fetchPage]);
  return list;
}
