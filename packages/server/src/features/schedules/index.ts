export { scheduleRoutes } from './schedule-routes.ts';
export { Scheduler } from './scheduler.ts';
