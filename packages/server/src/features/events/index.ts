export { eventRoutes } from './accept-batch.ts';
export { Accounting, type Holding } from './accounting.ts';
