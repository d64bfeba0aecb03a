import { type ReactNode, useEffect, useState } from 'react';
import type { KnownEnvironment } from '../api/list-environments.ts';
import { usePlace } from '../api/place.ts';
import { useChangeFeed } from '../api/use-change-feed.ts';
import type { Room } from '../routing/route.ts';
import { useAddress } from '../routing/use-route.ts';
import { EnvironmentSwitch } from './environment-switch.tsx';
import { NAVIGATION } from './navigation.ts';
import { Palette } from './palette.tsx';
import { ThemeSwitch } from './theme-switch.tsx';
import { TidegateMark } from './tidegate-mark.tsx';

interface ShellProps {
  readonly environments: readonly KnownEnvironment[];
  readonly room: Room;
  readonly onSignOut: () => void;
  readonly children: ReactNode;
}

/** What stays around every room: where one is, where one can go, and whether what is shown is live. */
export function Shell({ environments, room, onSignOut, children }: ShellProps): ReactNode {
  const place = usePlace();
  const address = useAddress();
  const { revision, error } = useChangeFeed();
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const title = NAVIGATION.find((entry) => entry.rooms.includes(room))?.title ?? 'Tidegate';

  useEffect(() => {
    document.title = `${title} · ${place.environment} · Tidegate`;
  }, [title, place.environment]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setPaletteOpen(true);
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  return (
    <div className={place.isCritical ? 'shell critical' : 'shell'}>
      <button type="button" className="skip" onClick={() => document.getElementById('content')?.focus()}>
        Skip to content
      </button>
      <header className="bar">
        <button
          type="button"
          className="quiet menu-button"
          aria-expanded={isMenuOpen}
          aria-controls="navigation"
          onClick={() => setMenuOpen(!isMenuOpen)}
        >
          Menu
        </button>
        <a className="brand" href={address('flags')}>
          <TidegateMark /> <span>Tidegate</span>
        </a>
        <EnvironmentSwitch environments={environments} room={room} />
        <span className="bar-space" />
        <span className={error === null ? 'live' : 'live lost'} role="status">
          {error === null ? `live · revision ${revision ?? '…'}` : error.message}
        </span>
        <button type="button" className="quiet find" onClick={() => setPaletteOpen(true)}>
          Find <kbd>Ctrl K</kbd>
        </button>
        <ThemeSwitch />
        <button type="button" className="quiet" onClick={onSignOut}>
          Sign out
        </button>
      </header>
      <nav id="navigation" className={isMenuOpen ? 'rooms open' : 'rooms'} aria-label="Rooms">
        <ul>
          {NAVIGATION.map((entry) => (
            <li key={entry.room} className={entry.begins ? 'begins' : ''}>
              <a
                href={address(entry.room)}
                aria-current={entry.rooms.includes(room) ? 'page' : undefined}
                onClick={() => setMenuOpen(false)}
              >
                {entry.title}
              </a>
            </li>
          ))}
        </ul>
        <p className="zone faint">Times are in {Intl.DateTimeFormat().resolvedOptions().timeZone}.</p>
      </nav>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      {isPaletteOpen && <Palette environments={environments} onClose={() => setPaletteOpen(false)} />}
    </div>
  );
}
