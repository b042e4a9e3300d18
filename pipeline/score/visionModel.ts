/** Used where no other is named; apart from semantic.ts, so that naming it does not load the SDK. */
export const DEFAULT_VISION_MODEL = 'gpt-4.1-mini';
