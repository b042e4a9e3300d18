import type { PlaceName } from '../grammar/vocabulary.ts';
import { layoutCave } from './cave.ts';
import { layoutCourtyard } from './courtyard.ts';
import { layoutForestClearing } from './forestClearing.ts';
import { layoutHallway } from './hallway.ts';
import { layoutLibrary } from './library.ts';
import type { PlaceContext, PlaceLayout } from './place.ts';
import { layoutRoom } from './room.ts';
import { layoutStation } from './station.ts';
import { layoutStreet } from './street.ts';
import { layoutTemple } from './temple.ts';
import { layoutWarehouse } from './warehouse.ts';

const LAYOUTS: Readonly<Record<PlaceName, (context: PlaceContext) => PlaceLayout>> = {
  hallway: layoutHallway,
  room: layoutRoom,
  library: layoutLibrary,
  warehouse: layoutWarehouse,
  cave: layoutCave,
  street: layoutStreet,
  courtyard: layoutCourtyard,
  'forest clearing': layoutForestClearing,
  temple: layoutTemple,
  station: layoutStation,
};

export function layoutPlace(place: PlaceName, context: PlaceContext): PlaceLayout {
  return LAYOUTS[place](context);
}
