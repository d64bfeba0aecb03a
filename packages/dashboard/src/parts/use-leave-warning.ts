import { useEffect } from 'react';

/**
 * While something is not saved, asks before the page is reloaded, closed or left by a link or the browser's back button.
 * Where the page itself goes on, after a save or by the palette, nobody is asked. Browsers without the Navigation API
 * ask only before a reload and before the tab is closed.
 */
export function useLeaveWarning(isUnsaved: boolean): void {
  useEffect(() => {
    if (!isUnsaved) return;
    const keepTab = (event: Event): void => event.preventDefault();
    const keepPage = (event: NavigateEvent): void => {
      if (!event.userInitiated || !event.cancelable || !event.destination.sameDocument) return;
      if (!window.confirm('Leave this page? What is not saved is lost.')) event.preventDefault();
    };
    // Typed as always there, which it is not in browsers of before 2026.
    const navigation = window.navigation as Navigation | undefined;
    window.addEventListener('beforeunload', keepTab);
    navigation?.addEventListener('navigate', keepPage);
    return () => {
      window.removeEventListener('beforeunload', keepTab);
      navigation?.removeEventListener('navigate', keepPage);
    };
  }, [isUnsaved]);
}
