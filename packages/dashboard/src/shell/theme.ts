/** As the reader's system has it, or as they chose here. No secret: it is kept beyond the tab. */
const THEME_NAME = 'tidegate-theme';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export function savedTheme(): Theme {
  const saved = window.localStorage.getItem(THEME_NAME);
  return THEMES.find((theme) => theme === saved) ?? 'system';
}

export function applyTheme(theme: Theme): void {
  window.localStorage.setItem(THEME_NAME, theme);
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
