/**
 * The one registry of errors. Every failure a person can meet has a stable code, the status it maps to
 * on the command line and over HTTP, and a fix. docs/errors.md is held against this table by a test.
 *
 * Exit status: 1 the verdict is negative, 2 usage or unreadable input, 3 it broke.
 */
export interface ErrorDefinition {
  exit: 1 | 2 | 3;
  http: 400 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 416 | 422 | 429 | 499 | 500 | 502 | 503 | 507;
  /** What to do about it, when the thrower has nothing more specific to say. */
  fix: string;
}

export const ERRORS = {
  USAGE: { exit: 2, http: 400, fix: 'Run `sora-director help` to see the commands and their options.' },
  INPUT_NOT_FOUND: { exit: 2, http: 404, fix: 'Check the path; nothing was changed.' },
  INPUT_EMPTY: { exit: 2, http: 422, fix: 'The file holds no bytes; make or download it again.' },
  INPUT_UNREADABLE: { exit: 2, http: 422, fix: 'Check the permissions and that it is a file, not a folder.' },
  INPUT_TOO_LARGE: { exit: 2, http: 413, fix: 'Give a smaller file, or cut it to the part you need.' },
  VIDEO_UNREADABLE: {
    exit: 2,
    http: 415,
    fix: 'Give an MP4, MOV, WebM, Matroska or GIF file that plays to its end.',
  },
  VIDEO_NO_PICTURE: { exit: 2, http: 415, fix: 'The file holds no video track; give one with pictures.' },
  VIDEO_TOO_SHORT: { exit: 2, http: 422, fix: 'Give a video of at least two frames.' },
  WORLD_UNREADABLE: {
    exit: 2,
    http: 415,
    fix: 'Give a world folder, a .glb or a .gltf whose buffers are all there.',
  },
  WORLD_INVALID: {
    exit: 2,
    http: 422,
    fix: 'Repair the file with the tool that wrote it; a glTF validator names the place.',
  },
  WORLD_EMPTY: { exit: 2, http: 422, fix: 'The file has no triangles; export it with meshes.' },
  WORLD_UNSUPPORTED: {
    exit: 2,
    http: 415,
    fix: 'Export the world as plain glTF 2.0, without the extension that is named.',
  },
  WORLD_TOO_LARGE: {
    exit: 2,
    http: 413,
    fix: 'Simplify or split the world; docs/world-folder.md lists the limits.',
  },
  WORLD_SCHEMA: { exit: 2, http: 422, fix: 'Write world.json as docs/world-folder.md describes it.' },
  CAMERAS_UNREADABLE: {
    exit: 2,
    http: 422,
    fix: 'Give the folder of a COLMAP model: cameras, images and points3D, all .txt or all .bin.',
  },
  CAMERAS_UNSUPPORTED: {
    exit: 2,
    http: 415,
    fix: 'Undistort with `colmap image_undistorter`, or estimate again with a camera model that docs/formats.md lists.',
  },
  CAMERAS_UNMATCHED: {
    exit: 2,
    http: 422,
    fix: 'Say how the pictures were numbered with --frame-names FIRST or FIRST:STEP.',
  },
  EXPORT_NO_CAMERAS: {
    exit: 2,
    http: 422,
    fix: 'Only worlds that were lifted from a video have cameras; export this one as glb, obj, ply, splats or spz.',
  },
  LIFT_TOO_SHORT: {
    exit: 1,
    http: 422,
    fix: 'Ask for a longer take: at least a second of continuous camera movement.',
  },
  LIFT_TOO_DARK: {
    exit: 1,
    http: 422,
    fix: 'Pin the light in the prompt, e.g. "evenly lit, bright daylight".',
  },
  LIFT_NO_PARALLAX: {
    exit: 1,
    http: 422,
    fix: 'Make the camera travel: "the camera walks slowly forward through the place" instead of a static shot or a pan.',
  },
  LIFT_CUT: {
    exit: 1,
    http: 422,
    fix: 'Ask for "one continuous shot, no cuts", or name a shot of the video with --shot.',
  },
  LIFT_MOSTLY_MOVING: {
    exit: 1,
    http: 422,
    fix: 'Keep what moves small or away: "an empty place, nothing moves but the camera".',
  },
  LIFT_NO_SURFACE: {
    exit: 1,
    http: 422,
    fix: 'Ask for textured, evenly lit surroundings and a camera that travels through them.',
  },
  LIFT_INCONSISTENT: {
    exit: 1,
    http: 422,
    fix: 'Ask for a rigid, textured place: "a static place, detailed textures, steady exposure, slow camera".',
  },
  OUTPUT_UNWRITABLE: {
    exit: 3,
    http: 507,
    fix: 'Free some disk space or give another --out folder; what was there before is untouched.',
  },
  CANCELLED: {
    exit: 3,
    http: 499,
    fix: 'Run the same command again: what was finished is kept, and nothing half-written is left.',
  },
  PHYSICS_TRAPPED: {
    exit: 3,
    http: 422,
    fix: 'Mend or simplify the collider: its geometry breaks the physics engine. Other worlds are not affected.',
  },
  NAVMESH_FAILED: {
    exit: 3,
    http: 422,
    fix: 'Simplify the collider, or split the world; the geometry is too large or too broken to navigate.',
  },
  FFMPEG_MISSING: {
    exit: 3,
    http: 500,
    fix: 'Set FFMPEG_PATH to an ffmpeg executable, or reinstall with `npm ci`.',
  },
  FFMPEG_FAILED: {
    exit: 3,
    http: 500,
    fix: 'Run `sora-director doctor`; a newer ffmpeg may read this file.',
  },
  KERNEL_BUILD_FAILED: { exit: 3, http: 500, fix: 'Run `npm run prepare` and read its output.' },
  FAILURE_MODEL_INVALID: {
    exit: 2,
    http: 422,
    fix: 'Write the failure model as docs/failure-model.md describes it.',
  },
  PROVIDER_KEY_MISSING: {
    exit: 2,
    http: 400,
    fix: 'Set OPENAI_API_KEY in the environment; keys are read from nowhere else.',
  },
  PROVIDER_AUTH: {
    exit: 2,
    http: 502,
    fix: 'Check OPENAI_API_KEY and OPENAI_BASE_URL; the provider refused the key.',
  },
  PROVIDER_REQUEST: {
    exit: 2,
    http: 400,
    fix: 'Change the length, size or rate to what the provider takes; docs/providers.md lists it.',
  },
  PROVIDER_MODERATED: {
    exit: 2,
    http: 422,
    fix: 'Reword the prompt; the provider will not make this video.',
  },
  PROVIDER_BUSY: {
    exit: 3,
    http: 502,
    fix: 'Wait and run the same command again; takes already made are kept.',
  },
  PROVIDER_UNREACHABLE: {
    exit: 3,
    http: 502,
    fix: 'Check the network and OPENAI_BASE_URL, then run the same command again.',
  },
  PROVIDER_FAILED: {
    exit: 3,
    http: 502,
    fix: 'Run the same command again; the failed take is started anew.',
  },
  PROVIDER_EXPIRED: {
    exit: 3,
    http: 502,
    fix: 'Run the same command again; the take is started anew, and paid anew.',
  },
  PROVIDER_DOWNLOAD: {
    exit: 3,
    http: 502,
    fix: 'Run the same command again; the finished job is downloaded again, not made again.',
  },
  PRODUCTION_CHANGED: {
    exit: 2,
    http: 409,
    fix: 'Give the options that the production was started with, or another --out folder.',
  },
  PRODUCTION_BUSY: {
    exit: 2,
    http: 409,
    fix: 'Wait until the other process ends or stop it, or give another --out folder.',
  },
  OUTPUT_OCCUPIED: {
    exit: 2,
    http: 409,
    fix: 'Give another --out folder; what lies there was left as it was.',
  },
  REQUEST_INVALID: {
    exit: 2,
    http: 400,
    fix: 'Send what /api/docs describes; the message names the field.',
  },
  ROUTE_UNKNOWN: { exit: 2, http: 404, fix: 'See /api/docs for what there is.' },
  METHOD_UNKNOWN: {
    exit: 2,
    http: 405,
    fix: 'Use a method that the Allow header names; /api/docs says what each does.',
  },
  CONTENT_TYPE_WRONG: {
    exit: 2,
    http: 415,
    fix: 'Send JSON with `Content-Type: application/json`; uploads go to /api/uploads.',
  },
  RANGE_INVALID: {
    exit: 2,
    http: 416,
    fix: 'Ask for bytes that the file has; the Content-Range header tells its length.',
  },
  REQUEST_TIMEOUT: {
    exit: 2,
    http: 408,
    fix: 'Send the request again, without pausing in the middle.',
  },
  ORIGIN_REFUSED: {
    exit: 2,
    http: 403,
    fix: 'Open the studio at the address the server printed, or allow this one with --origin.',
  },
  PORT_TAKEN: {
    exit: 2,
    http: 409,
    fix: 'Give another --port, or stop the program that uses this one.',
  },
  UNKNOWN_ID: { exit: 2, http: 404, fix: 'List what there is; it may have been deleted.' },
  FILE_UNKNOWN: { exit: 2, http: 404, fix: 'Take the address anew from what names the file.' },
  STATE_CONFLICT: { exit: 2, http: 409, fix: 'Fetch it again: its state has changed.' },
  TOO_MANY_REQUESTS: { exit: 2, http: 429, fix: 'Wait a moment and send fewer.' },
  DATA_FOLDER_BUSY: {
    exit: 2,
    http: 409,
    fix: 'Stop the other server, or give this one another --data folder.',
  },
  DATABASE_UNREACHABLE: {
    exit: 3,
    http: 503,
    fix: 'Start PostgreSQL and check DATABASE_URL; without it the server brings its own database.',
  },
  STARTING: { exit: 3, http: 503, fix: 'Try again in a few seconds; the database is being opened.' },
  SHUTTING_DOWN: { exit: 3, http: 503, fix: 'Try again when the server is back; nothing was lost.' },
  JOB_TIMEOUT: { exit: 3, http: 422, fix: 'Give less work: fewer takes, shorter videos, a smaller world.' },
  JOB_OUT_OF_MEMORY: {
    exit: 3,
    http: 422,
    fix: 'Give less work: a smaller video or world, or raise --job-memory.',
  },
  ATTEMPT_REFUSED: {
    exit: 3,
    http: 409,
    fix: 'Nothing to do: another worker has taken this step over and its result counts.',
  },
  INTERNAL: {
    exit: 3,
    http: 500,
    fix: 'This is a defect of ours; report it with the command and the message.',
  },
} as const satisfies Record<string, ErrorDefinition>;

export type ErrorCode = keyof typeof ERRORS;

export class DirectorError extends Error {
  readonly code: ErrorCode;
  /** What to do, specific to this case where the thrower knows more than the registry. */
  readonly suggestion: string;
  /** Evidence: numbers and names that back the message, JSON-serialisable. */
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { suggestion?: string; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'DirectorError';
    this.code = code;
    this.suggestion = options.suggestion ?? ERRORS[code].fix;
    this.details = options.details;
  }

  get exitStatus(): 1 | 2 | 3 {
    return ERRORS[this.code].exit;
  }

  toJSON(): {
    code: ErrorCode;
    message: string;
    suggestion: string;
    details?: Readonly<Record<string, unknown>>;
  } {
    const plain = { code: this.code, message: this.message, suggestion: this.suggestion };
    return this.details ? { ...plain, details: this.details } : plain;
  }
}

/** Wraps what was thrown into a DirectorError, keeping one that already is. */
export function toDirectorError(thrown: unknown): DirectorError {
  if (thrown instanceof DirectorError) return thrown;
  if (thrown instanceof Error) {
    if (thrown.name === 'AbortError')
      return new DirectorError('CANCELLED', 'The work was cancelled.', { cause: thrown });
    const systemCode = (thrown as NodeJS.ErrnoException).code;
    if (systemCode === 'ENOSPC' || systemCode === 'EROFS' || systemCode === 'EDQUOT')
      return new DirectorError('OUTPUT_UNWRITABLE', `Writing failed: ${thrown.message}`, { cause: thrown });
    return new DirectorError('INTERNAL', thrown.message, { cause: thrown });
  }
  return new DirectorError('INTERNAL', String(thrown));
}
