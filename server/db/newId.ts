import { randomBytes } from 'node:crypto';

/** Milliseconds since 1970 in base 36; nine digits last until the year 5188. */
const TIME_DIGITS = 9;
const RANDOM_DIGITS = 7;
const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

export type IdPrefix = 'p' | 'j' | 'w' | 'r' | 'u';

/** `p_` and sixteen characters [0-9a-z]: the time, then chance, so that ids sort by age as text. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${Date.now().toString(36).padStart(TIME_DIGITS, '0')}${randomDigits()}`;
}

function randomDigits(): string {
  let digits = '';
  while (digits.length < RANDOM_DIGITS) {
    // 252 is the last multiple of 36 in a byte: what lies above would favour the first digits.
    for (const byte of randomBytes(RANDOM_DIGITS))
      if (byte < 252 && digits.length < RANDOM_DIGITS) digits += ALPHABET[byte % 36];
  }
  return digits;
}
