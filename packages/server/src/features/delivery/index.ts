export { Delivery } from './delivery.ts';
export type { EnvironmentViews } from './environment-views.ts';
