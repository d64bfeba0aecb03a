export { readMetric } from './read-metric.ts';
export { readTemplates } from './read-templates.ts';
export { templateRoutes } from './template-routes.ts';
