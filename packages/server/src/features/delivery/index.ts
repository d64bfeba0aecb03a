export { Confirmations } from './confirmations.ts';
export { Delivery } from './delivery.ts';
export type { EnvironmentView } from './environment-view.ts';
export type { EnvironmentViews } from './environment-views.ts';
export { KEY_KINDS } from './publisher.ts';
