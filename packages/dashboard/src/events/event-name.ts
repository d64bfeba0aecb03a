/** What SDKs report by themselves is told apart by flag, as `$error:new-checkout`; a metric names it `$error`. */
export function eventName(event: string): string {
  return event.startsWith('$') ? (event.split(':', 1)[0] ?? event) : event;
}
