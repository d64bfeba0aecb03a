export { type DevtoolsOptions, withDevtools } from './with-devtools.ts';
