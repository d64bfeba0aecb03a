/** Where Chromium is; undefined when this machine has none. */
export function findChromium(): string | undefined;
/** How it is launched by whoever drives it. */
export function chromiumOptions(): { executablePath?: string; args: string[] };
/** Installs Debian's Chromium where it is missing and this user may. */
export function installChromium(): void;
