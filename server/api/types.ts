import type { z } from 'zod';
import type * as schemas from './schemas.ts';

/** The API's shapes as types, for the server's own code and for web/. */
export type ApiError = z.infer<typeof schemas.apiError>;
export type FileLink = z.infer<typeof schemas.fileLink>;
export type JobKind = z.infer<typeof schemas.jobKind>;
export type JobState = z.infer<typeof schemas.jobState>;
export type JobView = z.infer<typeof schemas.jobView>;
export type ProductionOptions = z.infer<typeof schemas.productionOptions>;
export type NewProduction = z.infer<typeof schemas.newProduction>;
export type ProductionState = z.infer<typeof schemas.productionState>;
export type ProductionSummary = z.infer<typeof schemas.productionSummary>;
export type ProductionView = z.infer<typeof schemas.productionView>;
export type IterationView = z.infer<typeof schemas.iterationView>;
export type TakeView = z.infer<typeof schemas.takeView>;
export type EditView = NonNullable<IterationView['revised']>['edits'][number];
export type WorldView = z.infer<typeof schemas.worldView>;
export type NewRun = z.infer<typeof schemas.newRun>;
export type RunView = z.infer<typeof schemas.runView>;
export type ViolationView = z.infer<typeof schemas.violationView>;
export type ViolationCounts = NonNullable<ProductionSummary['violations']>;
export type UploadView = z.infer<typeof schemas.uploadView>;
export interface Page<Item> {
  items: Item[];
  next: string | null;
}
