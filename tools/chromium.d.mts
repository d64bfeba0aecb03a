/** Where Chromium is; undefined when this machine has none. */
export function findChromium(): string | undefined;
/** Installs Debian's Chromium where it is missing and this user may. */
export function installChromium(): void;
