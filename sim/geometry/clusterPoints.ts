/** A place on a surface that stands for some of its area. */
export interface SurfaceSample {
  point: readonly [number, number, number];
  /** m². */
  area: number;
  /** Index of the node. */
  node: number;
}

export interface SampleCluster<Sample extends SurfaceSample> {
  samples: Sample[];
  min: [number, number, number];
  max: [number, number, number];
  /** m². */
  area: number;
}

/**
 * Samples that hang together: cubes of the given size that touch, corners included, belong to one cluster. In the order
 * of their first samples.
 */
export function clusterSamples<Sample extends SurfaceSample>(
  samples: readonly Sample[],
  cubeMeters: number,
): SampleCluster<Sample>[] {
  const cubes = new Map<string, number[]>();
  const cubeOf = ({ point }: SurfaceSample) => point.map(value => Math.floor(value / cubeMeters));
  samples.forEach((sample, index) => {
    const key = cubeOf(sample).join();
    const list = cubes.get(key);
    if (list) list.push(index);
    else cubes.set(key, [index]);
  });
  const clusters: SampleCluster<Sample>[] = [];
  for (const sample of samples) {
    const seed = cubeOf(sample);
    if (!cubes.has(seed.join())) continue;
    const cluster: SampleCluster<Sample> = {
      samples: [],
      min: [Infinity, Infinity, Infinity],
      max: [-Infinity, -Infinity, -Infinity],
      area: 0,
    };
    const queue = [seed];
    for (let cube = queue.pop(); cube; cube = queue.pop()) {
      const members = cubes.get(cube.join());
      if (!members) continue;
      cubes.delete(cube.join());
      for (const index of members) {
        const { point, area } = samples[index];
        cluster.samples.push(samples[index]);
        cluster.area += area;
        for (let axis = 0; axis < 3; axis++) {
          cluster.min[axis] = Math.min(cluster.min[axis], point[axis]);
          cluster.max[axis] = Math.max(cluster.max[axis], point[axis]);
        }
      }
      for (let dx = -1; dx <= 1; dx++)
        for (let dy = -1; dy <= 1; dy++)
          for (let dz = -1; dz <= 1; dz++) queue.push([cube[0] + dx, cube[1] + dy, cube[2] + dz]);
    }
    clusters.push(cluster);
  }
  return clusters;
}
