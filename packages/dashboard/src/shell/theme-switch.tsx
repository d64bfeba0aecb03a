import { type ReactNode, useState } from 'react';
import { applyTheme, savedTheme, THEMES, type Theme } from './theme.ts';

const WORDS: Readonly<Record<Theme, string>> = { system: 'Auto', light: 'Light', dark: 'Dark' };

export function ThemeSwitch(): ReactNode {
  const [theme, setTheme] = useState(savedTheme);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  return (
    <button
      type="button"
      className="quiet"
      aria-label={`Colours: ${WORDS[theme]}. Change to ${WORDS[next]}`}
      onClick={() => {
        applyTheme(next);
        setTheme(next);
      }}
    >
      {WORDS[theme]}
    </button>
  );
}
