const SUBJECTS = ['A robot walks', 'A cat sits', 'An old monk waits', 'A person stands', 'A dog runs'];
const PLACES = [
  'in a hallway',
  'in a library with tall shelves',
  'in a courtyard with a fountain',
  'in a warehouse between crates',
  'in a temple with stone columns',
  'on a street',
];

/** Thirty prompts: each subject in each place. */
export const PROMPTS: readonly string[] = SUBJECTS.flatMap(subject =>
  PLACES.map(place => `${subject} ${place}`),
);
