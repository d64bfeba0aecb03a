import { cookies } from 'next/headers';

/** Whom flags are evaluated for: the same unit on the server and in the page, or the bootstrap is not taken. */
export async function visitorContext(): Promise<{ readonly targetingKey: string }> {
  const visitor = (await cookies()).get('visitor');
  return { targetingKey: visitor?.value ?? 'nobody-yet' };
}
