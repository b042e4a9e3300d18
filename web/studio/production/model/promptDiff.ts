import { diffWordsWithSpace } from 'diff';

/** A stretch of text that stayed, came or went. */
export interface DiffPart {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

/** Word by word, what became of the prompt. Joined without the removed parts it is the text after. */
export function promptDiff(before: string, after: string): DiffPart[] {
  return diffWordsWithSpace(before, after).map(({ added, removed, value }) => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    text: value,
  }));
}
