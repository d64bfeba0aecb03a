export { getProject, projectRoutes } from './project-routes.ts';
