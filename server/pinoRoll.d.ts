declare module 'pino-roll' {
  import type { SonicBoom } from 'sonic-boom';
  /** Opens a file that rolls by size and by day. */
  export default function pinoRoll(options: {
    file: string;
    size: string;
    frequency: string;
    limit: { count: number };
    mkdir: boolean;
    extension: string;
  }): Promise<SonicBoom>;
}
