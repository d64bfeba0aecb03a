export { reportPageErrors } from './report-page-errors.ts';
export { reportWebVitals, type WebVitals } from './report-web-vitals.ts';
