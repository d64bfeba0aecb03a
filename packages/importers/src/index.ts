export type { Imported, ImportedFlag, ImportReport } from './import-report.ts';
export { nativeFile } from './rebucket/native-file.ts';
export { importUnleash } from './unleash/import-unleash.ts';
export { unleashContext } from './unleash/unleash-context.ts';
export { UnreadableFile } from './unreadable-file.ts';
export { VENDORS, type Vendor, type VendorFormat } from './vendors.ts';
