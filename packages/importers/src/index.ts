export type { Imported, ImportedFlag, ImportReport } from './import-report.ts';
