import { useEffect } from 'react';

/** One key, without others, wherever the focus is; but not while somebody types or answers a dialog. `onPress` says whether it meant something. */
export function useHotKeys(onPress: (key: string) => boolean): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      const isTyping =
        event.target instanceof Element && event.target.closest('input, textarea, select, dialog') !== null;
      if (isTyping || document.querySelector('dialog[open]') !== null) return;
      if (onPress(event.key)) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [onPress]);
}
