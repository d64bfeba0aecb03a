export { removeSettings, saveSettings } from './save-settings.ts';
