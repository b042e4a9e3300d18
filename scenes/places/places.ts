import type { PlaceName } from '../grammar/vocabulary.ts';
import { layoutHallway } from './hallway.ts';
import type { PlaceContext, PlaceLayout } from './place.ts';

const LAYOUTS: Readonly<Record<PlaceName, (context: PlaceContext) => PlaceLayout>> = {
  hallway: layoutHallway,
  room: layoutHallway,
  library: layoutHallway,
  warehouse: layoutHallway,
  cave: layoutHallway,
  street: layoutHallway,
  courtyard: layoutHallway,
  'forest clearing': layoutHallway,
  temple: layoutHallway,
  station: layoutHallway,
};

export function layoutPlace(place: PlaceName, context: PlaceContext): PlaceLayout {
  return LAYOUTS[place](context);
}
