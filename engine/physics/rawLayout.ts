/** A field as `offset:type`, in the order in which Havok's embind code registers them. */
type Layout = readonly string[];

const CONTACT: Layout = [
  '0:HP_BodyId',
  '8:HP_ShapeId',
  '16:ShapePathIterator',
  '32:Vector3',
  '44:Vector3',
  '56:int',
];

/**
 * The structs that rawQueries.ts reads and writes in Havok's heap, as @babylonjs/havok 1.3.14 lays them out: byte
 * offset and type of each field. A version that lays one out otherwise is spoken to through embind instead.
 */
const EXPECTED: Readonly<Record<string, Layout>> = {
  HP_ShapeId: ['0:uint64_t'],
  HP_BodyId: ['0:uint64_t'],
  Vector3: ['0:float', '4:float', '8:float'],
  Quaternion: ['0:float', '4:float', '8:float', '12:float'],
  ContactPoint: CONTACT,
  RayCastInput: ['0:Vector3', '12:Vector3', '24:FilterInfo', '32:bool', '40:HP_BodyId'],
  RayCastResult: ['0:float', '8:ContactPoint'],
  ShapeCastInput: ['0:HP_ShapeId', '8:Quaternion', '24:Vector3', '36:Vector3', '48:bool', '56:HP_BodyId'],
  ShapeCastResult: ['0:float', '8:ContactPoint', '72:ContactPoint'],
  ShapeProximityInput: ['0:HP_ShapeId', '8:Vector3', '20:Quaternion', '36:float', '40:bool', '48:HP_BodyId'],
  ShapeProximityResult: ['0:float', '8:ContactPoint', '72:ContactPoint'],
};

/** The exports that rawQueries.ts calls: handles are 64 bits, structs are addresses, the last of a result. */
export interface RawExports {
  malloc(bytes: number): number;
  free(address: number): void;
  HP_World_ShapeCastWithCollector(world: bigint, collector: bigint, input: number): void;
  HP_World_ShapeProximityWithCollector(world: bigint, collector: bigint, input: number): void;
  HP_World_CastRayWithCollector(world: bigint, collector: bigint, input: number): void;
  HP_QueryCollector_GetNumHits(collector: bigint, result: number): void;
  HP_QueryCollector_GetShapeCastResult(collector: bigint, index: number, result: number): void;
  HP_QueryCollector_GetShapeProximityResult(collector: bigint, index: number, result: number): void;
  HP_QueryCollector_GetCastRayResult(collector: bigint, index: number, result: number): void;
}

const PARAMETERS: Readonly<Record<keyof RawExports, number>> = {
  malloc: 1,
  free: 1,
  HP_World_ShapeCastWithCollector: 3,
  HP_World_ShapeProximityWithCollector: 3,
  HP_World_CastRayWithCollector: 3,
  HP_QueryCollector_GetNumHits: 2,
  HP_QueryCollector_GetShapeCastResult: 3,
  HP_QueryCollector_GetShapeProximityResult: 3,
  HP_QueryCollector_GetCastRayResult: 3,
};

type Register = (...values: number[]) => unknown;

/**
 * Listens while a Havok instance registers its structs with embind, which is where their layouts can be read.
 * `imports` is what to instantiate with instead; `refusal` says, once the instance is ready, why the raw calls
 * cannot be used, or undefined where everything lies where it is expected.
 */
export function watchLayouts(given: WebAssembly.Imports): {
  imports: WebAssembly.Imports;
  refusal(instance: WebAssembly.Instance): string | undefined;
} {
  const names = new Map<number, number>();
  const fields = new Map<number, { type: number; context: number }[]>();
  const env: Record<string, WebAssembly.ImportValue> = { ...given['env'] };
  for (const [name, original] of Object.entries(env)) {
    if (typeof original !== 'function') continue;
    const register = original as Register;
    const watch = (note: (values: number[]) => void) => {
      env[name] = (...values: number[]) => {
        note(values);
        return register(...values);
      };
    };
    if (name === '_embind_register_value_array')
      watch(([type, text]) => {
        names.set(type, text);
        fields.set(type, []);
      });
    else if (name === '_embind_register_value_array_element')
      watch(([struct, type, , , , , , , context]) => fields.get(struct)?.push({ type, context }));
    else if (/^_embind_register_(bool|integer|bigint|float|enum)$/.test(name))
      watch(([type, text]) => names.set(type, text));
  }
  return {
    imports: { ...given, env },
    refusal(instance) {
      for (const [name, count] of Object.entries(PARAMETERS)) {
        const call = instance.exports[name];
        if (typeof call !== 'function' || call.length !== count)
          return `Havok has no ${name} with ${count} parameters.`;
      }
      const memory = instance.exports['memory'];
      if (!(memory instanceof WebAssembly.Memory)) return 'Havok does not export its memory.';
      const bytes = new Uint8Array(memory.buffer);
      const view = new DataView(memory.buffer);
      const nameOf = (type: number) => {
        const start = names.get(type);
        if (start === undefined) return `type ${type}`;
        return new TextDecoder().decode(bytes.subarray(start, bytes.indexOf(0, start)));
      };
      const found = new Map<string, Layout>();
      for (const [struct, list] of fields)
        found.set(
          nameOf(struct),
          list.map(({ type, context }) => `${view.getUint32(context, true)}:${nameOf(type)}`),
        );
      for (const [name, expected] of Object.entries(EXPECTED)) {
        const layout = found.get(name)?.join(' ') ?? 'nothing';
        if (layout !== expected.join(' '))
          return `Havok lays ${name} out as ${layout}, not as ${expected.join(' ')}.`;
      }
      return undefined;
    },
  };
}
