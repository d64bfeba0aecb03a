export { removeSettings, saveSettings } from './save-settings.ts';
export { settingsParams } from './settings-params.ts';
