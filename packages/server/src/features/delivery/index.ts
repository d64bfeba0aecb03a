export { Confirmations } from './confirmations.ts';
export { Delivery } from './delivery.ts';
export type { EnvironmentViews } from './environment-views.ts';
